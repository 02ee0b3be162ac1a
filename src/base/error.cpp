#include "base/error.h"

#include <stdexcept>

namespace millrace {

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid: return "invalid";
    case ErrorKind::not_found: return "not_found";
    case ErrorKind::conflict: return "conflict";
    case ErrorKind::denied: return "denied";
    case ErrorKind::unavailable: return "unavailable";
    case ErrorKind::exhausted: return "exhausted";
    case ErrorKind::deadline: return "deadline";
    case ErrorKind::canceled: return "canceled";
    case ErrorKind::bug: return "bug";
  }
  return "bug";
}

Error::Error(ErrorKind kind, std::string message)
    : facts_(std::make_shared<const Facts>(
          Facts{kind, std::move(message), {}, {}, nullptr, nullptr})) {}

Error::Error() : Error(ErrorKind::bug, "no error") {}

Error Error::at(std::string where) const {
  auto facts = std::make_shared<Facts>(*facts_);
  facts->where = std::move(where);
  return Error(std::move(facts));
}

Error Error::in_phase(std::string phase) const {
  auto facts = std::make_shared<Facts>(*facts_);
  facts->phase = std::move(phase);
  return Error(std::move(facts));
}

Error Error::caused_by(Error cause) const {
  auto facts = std::make_shared<Facts>(*facts_);
  facts->cause = std::move(cause.facts_);
  return Error(std::move(facts));
}

Error Error::with(std::shared_ptr<const ErrorDetails> details) const {
  auto facts = std::make_shared<Facts>(*facts_);
  facts->details = std::move(details);
  return Error(std::move(facts));
}

Error Error::with_message(std::string message) const {
  auto facts = std::make_shared<Facts>(*facts_);
  facts->message = std::move(message);
  return Error(std::move(facts));
}

std::optional<Error> Error::cause() const {
  if (!facts_->cause) return std::nullopt;
  return Error(facts_->cause);
}

std::string Error::to_line() const {
  std::string line;
  if (!where().empty()) line = where() + ": ";
  line += message();
  if (facts_->cause) line += " (cause: " + Error(facts_->cause).to_line() + ")";
  return line;
}

void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw std::logic_error("value() of a failed result: " + error.to_line());
}

}  // namespace millrace
