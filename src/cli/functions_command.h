// `millrace functions`: every function of the expression language, for people, for programs, and
// for the part of docs/reference/expressions.md that is this command's markdown.
#pragma once

#include <cstdint>
#include <ostream>

namespace millrace {

enum class FunctionsOutput : std::uint8_t { text, json, markdown };

struct FunctionsOptions {
  FunctionsOutput output = FunctionsOutput::text;
};

// The exit code: always 0.
int functions_command(const FunctionsOptions& options, std::ostream& out);

}  // namespace millrace
