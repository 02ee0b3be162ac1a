// What a session is begun with and what it ends with, for whoever runs one (sessions.h).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/session_machine.h"
#include "engine/trace.h"
#include "scope/scope.h"

namespace millrace {

struct SessionOptions {
  // The session's own; the plan's holds too, the earlier wins.
  std::optional<Limit> limit = std::nullopt;
  MachineOptions machine = {};
  TraceLimits trace = {};
  Trace::Follower follower = {};
  // That runs it, where another session does.
  using Caller = Trace::Caller;
  std::optional<Caller> caller = std::nullopt;
  // Variables that say what began the session: they are set over all others. Workflows that it
  // runs have the same.
  Dict facts = {};
};

// What was under way when a session was canceled.
struct StoppedEffect {
  std::string step;  // id, as the author wrote it
  std::uint64_t execution = 0;
  std::string_view what;         // as Frame::Wait::what
  bool may_have_effect = false;  // outside: it had begun, and nobody knows how far it came
};

struct SessionReport {
  std::uint64_t id = 0;
  Status status = Status::running;
  Dict vars;  // the result, where it completed
  std::optional<Failure> failure;
  std::vector<std::uint32_t> steps;  // indices, in the order in which they ran, as far as recorded
  bool all_steps_recorded = true;
  std::vector<Ref<const Frame>> frames;  // one an execution, in that order, where it was traced
  bool all_frames_recorded = true;
  Nanos elapsed{};
  std::vector<StoppedEffect> stopped;  // where it was canceled
};

// How and for how long a session is kept; of Sessions::Start.
struct Recording {
  enum class From : std::uint8_t {
    never,
    first_effect,  // or its end, where it needs none: whoever waits for it asks again otherwise
    start,         // before its first step
  };
  From from = From::never;
  std::string start_key = {};      // journal_record.h
  std::uint64_t workflow_id = 0;   // 0: none
  std::uint64_t created_by = 0;    // 0: nobody in particular
  std::optional<Nanos> kept = {};  // once it has ended; none: until somebody removes it
  // Of a session that is recorded from its start: told once whether that is durable. With an error
  // it has not begun, and never will.
  std::function<void(Result<void>)> started = {};
};

// Called while the session is finishing: its result is complete and its bodies still live.
// Ownership of a body goes on by Effects or Body::move_to within this call.
using ResultReceiver = std::function<Task<void>(Scope& session, const SessionReport& report)>;

// A prompt that waits for its answer.
struct OpenPrompt {
  std::uint64_t session = 0;
  std::uint64_t state = 0;
  std::string workflow;  // handle
  std::string step;      // id, as the author wrote it
  std::string ref;       // the client function that shows it
  Dict payload;
};

}  // namespace millrace
