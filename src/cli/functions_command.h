// `millrace functions`: every function of the expression language, for people, programs, and for
// docs/reference/expressions.md, which is this command's markdown and is written nowhere else.
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
