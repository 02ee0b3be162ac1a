// The place in an expression that an error is about, and how it is shown to people: the line of
// the expression with a caret under the part. The text is the same from check, run and eval.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace millrace {

// A part of an expression's source, in bytes; `caret` is the byte that matters most in it.
struct Place {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;  // exclusive; begin == end at the end of the source
  std::uint32_t caret = 0;
};

// When an expression failed: while it was read, or while it was evaluated.
enum class ExpressionStage : std::uint8_t { parse, evaluation };

// What an expression's error carries beside its text, for whoever points at it in a file.
class ExpressionDetails final : public ErrorDetails {
 public:
  ExpressionDetails(ExpressionStage stage, Place place, std::uint32_t line, std::uint32_t column)
      : stage_(stage), place_(place), line_(line), column_(column) {}
  ExpressionStage stage() const { return stage_; }
  Place place() const { return place_; }
  std::uint32_t line() const { return line_; }      // of the caret in the expression, from 1
  std::uint32_t column() const { return column_; }  // in code points, from 1

 private:
  ExpressionStage stage_;
  Place place_;
  std::uint32_t line_;
  std::uint32_t column_;
};

// The error of `cause`'s kind (and cause) whose message is the cause's message followed by the
// line of `source` that holds the caret and, below it, the mark ("~~~^~~"). Long lines are clipped
// around the caret.
Error error_in_expression(const Error& cause, ExpressionStage stage, std::string_view source,
                          Place place);

// The details of an error made by error_in_expression, or nullptr for another one.
const ExpressionDetails* expression_details(const Error& error);

}  // namespace millrace
