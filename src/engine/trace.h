// What is remembered of a session, and told to whoever follows it: the order of its steps, and a
// frame an execution, each up to a limit. Beside the machine and no part of what a session is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/frame.h"
#include "value/variables.h"
#include "workflow/plan.h"

namespace millrace {

struct State;

struct TraceLimits {
  std::size_t frames = 0;             // that are kept
  std::uint64_t bytes = 64ULL << 20;  // of the frames' values, shared ones counted each time
  std::size_t steps = 0;              // whose order is kept
};

// The first bytes of a Reader, where it is shown.
inline constexpr std::size_t kExcerptBytes = 64 * 1024;

class Trace {
 public:
  // Told of each frame as its step begins, as it begins to wait (to be tried again, too), and once
  // it is over.
  struct Follower {
    using Told = std::function<void(const Plan&, const Frame&)>;
    Told begun;
    Told waits;
    Told ended;
    // Frames that are not kept have their values nevertheless, but for the scope.
    bool wants_values = false;

    bool exists() const { return begun || waits || ended; }
  };
  // An execution of a step that runs another session.
  struct Caller {
    std::uint64_t session = 0;
    std::uint64_t execution = 0;
    bool waits = true;  // for its end
  };
  struct Origin {
    std::uint64_t session = 0;
    std::optional<Caller> caller = std::nullopt;
  };

  // `clock` outlives it. Elapsed time counts from here.
  Trace(TraceLimits limits, const Clock& clock, Follower follower, Origin origin)
      : limits_(limits),
        clock_(clock),
        start_(clock.now()),
        follower_(std::move(follower)),
        origin_(origin) {}

  // From here on values of the session may hold readers.
  void expect_readers() { has_readers_ = true; }

  // An execution begins. Its frame, where it has one; the others of these do nothing without.
  Ref<Frame> begin(const Plan& plan, const State& state);

  static void set_input(const Ref<Frame>& frame, const Dict& arguments) {
    if (frame) keep(frame, frame->input, arguments);
  }
  static void set_results(const Ref<Frame>& frame, const Dict& results) {
    if (frame) keep(frame, frame->results, results);
  }
  // What a call gave: only its own account of its time is taken from it.
  static void set_timings(const Ref<Frame>& frame, const Dict& results);
  static void set_action(const Ref<Frame>& frame, std::string_view action) {
    if (frame) frame->action = action;
  }
  static void set_error(const Ref<Frame>& frame, const Error& error) {
    if (frame) frame->error = error;
  }
  static void add_retry(const Ref<Frame>& frame, const Error& error) {
    if (frame) frame->retried.push_back(error);
  }
  static void add_next(const Ref<Frame>& frame, std::uint32_t step) {
    if (frame) frame->next.push_back(step);
  }
  // `what` is a literal.
  static void begin_wait(const Ref<Frame>& frame, std::string_view what);
  static void end_wait(const Ref<Frame>& frame);
  // The step is over; `frame` is let go.
  static void end(Ref<Frame>& frame) {
    if (frame) end_frame(frame);
  }

  const Origin& origin() const { return origin_; }
  const std::vector<Ref<const Frame>>& frames() const { return frames_; }
  bool kept_all_frames() const { return !refused_; }
  const std::vector<std::uint32_t>& steps() const { return steps_; }  // indices in the plan
  bool kept_all_steps() const { return begun_ == steps_.size(); }

 private:
  static void end_frame(Ref<Frame>& frame);
  void keep_scope(Frame& frame, const Variables& scope);
  static void keep(const Ref<Frame>& frame, Dict& into, const Dict& vars);

  TraceLimits limits_;
  const Clock& clock_;
  TimePoint start_;
  Follower follower_;
  Origin origin_;
  std::vector<Ref<const Frame>> frames_;
  std::vector<std::uint32_t> steps_;
  std::uint64_t begun_ = 0;
  std::uint64_t bytes_ = 0;
  bool refused_ = false;
  bool has_readers_ = false;
  const Plan* plan_ = nullptr;
};

}  // namespace millrace
