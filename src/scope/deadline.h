// A limit in time, as a point on the monotonic clock that remembers who set it, and why some work
// was told to stop. Both become the text that a user reads.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"

namespace millrace {

// How long something may take, and who says so, as the user knows it:
// "argument \"timeout\" of step 7", "option --timeout".
struct Limit {
  Nanos length{};
  std::string setter;
};

class Deadline {
 public:
  Deadline() = default;  // none
  static Deadline in(TimePoint began, const Limit& limit);

  bool exists() const { return origin_ != nullptr; }
  TimePoint at() const { return at_; }  // TimePoint::max() where there is none
  TimePoint began() const { return origin_->began; }
  const Limit& limit() const { return origin_->limit; }

  // The first of the two to pass; `a` when they are equal.
  static const Deadline& earlier(const Deadline& a, const Deadline& b) {
    return b.at_ < a.at_ ? b : a;
  }

 private:
  struct Origin {
    Limit limit;
    TimePoint began;
  };
  TimePoint at_ = TimePoint::max();
  std::shared_ptr<const Origin> origin_;
};

enum class StopCause : std::uint8_t {
  deadline,  // a limit in time passed
  user,      // somebody asked for it
  shutdown,  // the process is ending
  error,     // something beside it failed
  lost,      // another won the race
  finished,  // its owner is done and needs it no more
};

std::string_view to_string(StopCause cause);

// Why a scope was told to stop. A scope below inherits its parent's Stop with `inherited` set.
struct Stop {
  StopCause cause;
  std::string reason;       // for people: "interrupted (SIGINT)"; may be empty
  std::string origin = {};  // path of the scope that was stopped first
  bool inherited = false;
  TimePoint at = {};
  Deadline deadline = {};           // cause deadline: the limit that passed
  std::optional<Error> error = {};  // cause error: what failed
};

// What the stopped work reports. `doing` is what it was at: "reading the response body (4 of 9
// bytes)"; may be empty. Kind deadline, or canceled for every other cause.
Error to_error(const Stop& stop, std::string_view doing);

}  // namespace millrace
