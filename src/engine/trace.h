// The frames of a session, in the order in which their steps began, up to a limit. Without one to
// write to (a session that is not traced, or past its limit) each of these does nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/frame.h"
#include "value/variables.h"

namespace millrace {

struct TraceLimits {
  std::size_t frames = 0;             // 0: the session is not traced
  std::uint64_t bytes = 64ULL << 20;  // of the frames' values, shared ones counted each time
};

// The first bytes of a Reader, where it is shown.
inline constexpr std::size_t kExcerptBytes = 64 * 1024;

class Trace {
 public:
  // `clock` outlives it. Elapsed time counts from here.
  Trace(TraceLimits limits, const Clock& clock)
      : limits_(limits), clock_(clock), start_(clock.now()) {}

  // The frame of an execution that begins now.
  Ref<Frame> begin(std::uint64_t state, std::uint32_t step, std::optional<std::uint32_t> parent,
                   const Variables& scope) {
    return limits_.frames == 0 ? Ref<Frame>() : make(state, step, parent, scope);
  }
  void set_input(const Ref<Frame>& frame, const Dict& arguments) {
    if (frame) keep(frame->input, arguments);
  }
  void set_results(const Ref<Frame>& frame, const Dict& results) {
    if (frame) keep(frame->results, results);
  }
  // What a call gave: only its own account of its time is taken from it.
  static void set_timings(const Ref<Frame>& frame, const Dict& results);
  static void set_action(const Ref<Frame>& frame, std::string_view action) {
    if (frame) frame->action = action;
  }
  static void set_error(const Ref<Frame>& frame, const Error& error) {
    if (frame) frame->error = error;
  }
  static void add_next(const Ref<Frame>& frame, std::uint32_t step) {
    if (frame) frame->next.push_back(step);
  }
  // `what` is a literal.
  void begin_wait(const Ref<Frame>& frame, std::string_view what) const;
  void end_wait(const Ref<Frame>& frame) const;
  // The step is over; `frame` is let go.
  void end(Ref<Frame>& frame) const;

  const std::vector<Ref<const Frame>>& frames() const { return frames_; }
  bool kept_all() const { return !refused_; }

 private:
  Ref<Frame> make(std::uint64_t state, std::uint32_t step, std::optional<std::uint32_t> parent,
                  const Variables& scope);
  void keep(Dict& into, const Dict& vars);

  TraceLimits limits_;
  const Clock& clock_;
  TimePoint start_;
  std::vector<Ref<const Frame>> frames_;
  std::uint64_t bytes_ = 0;
  bool refused_ = false;
};

}  // namespace millrace
