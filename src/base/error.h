// What went wrong, for the person who has to mend it. Expected failures travel as values in a
// Result<T>; an exception means a bug or no memory. An Error is one pointer wide and cheap to copy,
// so that a Result stays small on hot paths.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace millrace {

enum class ErrorKind : std::uint8_t {
  invalid,      // the request, definition or expression is wrong: mend it
  not_found,    // what was named does not exist
  conflict,     // somebody else was first
  denied,       // policy or permissions refuse it
  unavailable,  // the other side failed: trying again may help
  exhausted,    // a limit in size or number was reached
  deadline,     // a limit in time was reached
  canceled,     // somebody asked to stop
  bug,          // Millrace is at fault
};

std::string_view to_string(ErrorKind kind);

// Facts that a layer attaches to an error and reads back elsewhere (an HTTP status, say).
// Immutable.
class ErrorDetails {
 public:
  virtual ~ErrorDetails() = default;
};

class Error {
 public:
  Error(ErrorKind kind, std::string message);
  // Required by Result, which makes one when asked for the error of a success: a bug in the caller.
  Error();

  // Each returns a copy with one more fact; the original is shared and stays as it was.
  // `where` is the place as the user knows it: "file.yaml:3:7", "step 7, argument \"url\"".
  [[nodiscard]] Error at(std::string where) const;
  // `phase` of an outgoing request: queue, dns, connect, tls, send, headers, body, protocol, ...
  [[nodiscard]] Error in_phase(std::string phase) const;
  [[nodiscard]] Error caused_by(Error cause) const;
  [[nodiscard]] Error with(std::shared_ptr<const ErrorDetails> details) const;
  [[nodiscard]] Error with_message(std::string message) const;

  ErrorKind kind() const { return facts_->kind; }
  const std::string& message() const { return facts_->message; }
  const std::string& where() const { return facts_->where; }  // empty where unknown
  const std::string& phase() const { return facts_->phase; }  // empty but for requests
  std::optional<Error> cause() const;
  const std::shared_ptr<const ErrorDetails>& details() const { return facts_->details; }

  // One line: "where: message (cause: ...)", without the kind.
  std::string to_line() const;

 private:
  struct Facts {
    ErrorKind kind;
    std::string message;
    std::string where;
    std::string phase;
    std::shared_ptr<const Facts> cause;
    std::shared_ptr<const ErrorDetails> details;
  };
  explicit Error(std::shared_ptr<const Facts> facts) : facts_(std::move(facts)) {}

  std::shared_ptr<const Facts> facts_;
};

// Found by boost::system::result when value() is asked of a failure: a bug in the caller.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& at);

template <class T>
using Result = boost::system::result<T, Error>;

// Returns the error of `expression` (a Result) from the enclosing function; never for coroutines.
#define MILLRACE_TRY(expression)                                                   \
  do {                                                                             \
    if (auto try_result_ = (expression); !try_result_) return try_result_.error(); \
  } while (false)

// Declares `name` as the value of `expression` (a Result), or returns its error.
#define MILLRACE_TRY_ASSIGN(name, expression)         \
  auto name##_result_ = (expression);                 \
  if (!name##_result_) return name##_result_.error(); \
  auto& name = *name##_result_

}  // namespace millrace
