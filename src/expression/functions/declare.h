// How the files of families write their declarations.
#pragma once

#include <span>
#include <string_view>

#include "expression/function.h"

namespace millrace {

// The parameters of a function, and how many of them must be given.
struct Shape {
  std::span<const Parameter> parameters;
  std::uint8_t required;
  bool variadic;
};

constexpr Shape none() { return {{}, 0, false}; }
constexpr Shape all_of(std::span<const Parameter> parameters) {
  return {parameters, static_cast<std::uint8_t>(parameters.size()), false};
}
constexpr Shape at_least(std::uint8_t required, std::span<const Parameter> parameters) {
  return {parameters, required, false};
}
// The last parameter may be given any number of times, also none.
constexpr Shape repeating(std::span<const Parameter> parameters) {
  return {parameters, static_cast<std::uint8_t>(parameters.size() - 1), true};
}

struct Documentation {
  std::string_view help;
  std::string_view example;
  std::string_view example_result;
};

constexpr Function declare(std::string_view family, std::string_view name, Shape shape,
                           std::string_view result, FunctionBody body, Documentation document) {
  return {.name = name,
          .family = family,
          .parameters = shape.parameters,
          .required = shape.required,
          .variadic = shape.variadic,
          .result = result,
          .help = document.help,
          .example = document.example,
          .example_result = document.example_result,
          .body = body};
}

constexpr Function changing_first(Function function) {
  function.changes_first = true;
  return function;
}

}  // namespace millrace
