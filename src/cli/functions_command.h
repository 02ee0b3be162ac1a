// `millrace functions`: every function of the expression language and every function and iterator
// that steps call, for people, for programs, and for the reference pages in docs/reference.
#pragma once

#include <cstdint>
#include <ostream>

namespace millrace {

enum class FunctionsOutput : std::uint8_t { text, json, markdown };
enum class FunctionsOf : std::uint8_t { all, steps, expressions };

struct FunctionsOptions {
  FunctionsOutput output = FunctionsOutput::text;
  FunctionsOf of = FunctionsOf::all;
};

// The exit code: always 0.
int functions_command(const FunctionsOptions& options, std::ostream& out);

}  // namespace millrace
