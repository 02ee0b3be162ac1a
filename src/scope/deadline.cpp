#include "scope/deadline.h"

#include <fmt/format.h>

#include "base/duration.h"

namespace millrace {
namespace {

std::string while_doing(std::string_view doing) {
  return doing.empty() ? std::string() : fmt::format(" while {}", doing);
}

// Each error names where it came from, also where nobody gave a reason.
std::string why(const Stop& stop) {
  if (!stop.reason.empty()) return stop.reason;
  if (stop.cause == StopCause::finished) return fmt::format("\"{}\" has finished", stop.origin);
  return fmt::format("\"{}\" was stopped ({})", stop.origin, to_string(stop.cause));
}

std::string rounded(Nanos spent) {
  return format_duration(std::chrono::round<std::chrono::milliseconds>(spent));
}

}  // namespace

Deadline Deadline::in(TimePoint began, const Limit& limit) {
  Deadline deadline;
  // A limit too long for the clock is as good as the last moment the clock knows. What began before
  // the clock did, in another process, has room for any.
  const bool fits = began < TimePoint{} || limit.length < TimePoint::max() - began;
  deadline.at_ = fits ? began + limit.length : TimePoint::max() - Nanos{1};
  deadline.origin_ = std::make_shared<const Origin>(Origin{limit, began});
  return deadline;
}

std::string_view to_string(StopCause cause) {
  switch (cause) {
    case StopCause::deadline: return "deadline";
    case StopCause::user: return "user";
    case StopCause::shutdown: return "shutdown";
    case StopCause::error: return "error";
    case StopCause::lost: return "lost";
    case StopCause::finished: return "finished";
  }
  return "error";
}

Error to_error(const Stop& stop, std::string_view doing) {
  if (stop.cause == StopCause::deadline && stop.deadline.exists()) {
    const Limit& limit = stop.deadline.limit();
    return {ErrorKind::deadline,
            fmt::format("deadline of {} exceeded after {}{}, set by {}",
                        format_duration(limit.length), rounded(stop.at - stop.deadline.began()),
                        while_doing(doing), limit.setter.empty() ? stop.origin : limit.setter)};
  }
  Error error(ErrorKind::canceled, fmt::format("canceled{}: {}", while_doing(doing), why(stop)));
  return stop.error ? error.caused_by(*stop.error) : error;
}

}  // namespace millrace
