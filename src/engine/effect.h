// What a state of a session waits for, as plain data: the machine says it, whoever drives the
// machine performs it and delivers its outcome.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.h"
#include "base/error.h"
#include "scope/deadline.h"
#include "value/reader.h"
#include "value/value.h"

namespace millrace {

// The step's function, with its arguments.
struct CallEffect {
  Dict arguments;
};
// The content of a reader.
struct DrainEffect {
  Ref<Reader> reader;
};
// The next lines of the stream that the state's loop runs over.
struct LinesEffect {};
struct DelayEffect {
  WallTime until;
};
// An answer of the person that a prompt asks. The arguments are its payload.
struct PromptEffect {
  Dict arguments;
};
// Another workflow.
struct ExecEffect {
  std::string workflow;  // handle or ID
  Dict scope;
  bool wait = true;  // for its end; else only for its beginning
  std::optional<Nanos> timeout;
};

struct Effect {
  // A limit in time that holds while the effect lasts, counted from `began`.
  struct Bound {
    WallTime began;
    Limit limit;
  };
  std::variant<CallEffect, DrainEffect, LinesEffect, DelayEffect, PromptEffect, ExecEffect> what;
  std::optional<Bound> of_step;
  std::optional<Bound> of_loop;
};

// What a state waits for, as its frame and a receipt of cancelling say it.
inline std::string_view name_of(const decltype(Effect::what)& what) {
  static constexpr std::array<std::string_view, 6> kNames{"function", "reader", "line",
                                                          "time",     "prompt", "workflow"};
  static_assert(std::variant_size_v<decltype(Effect::what)> == kNames.size());
  return kNames[what.index()];
}

// The outcome of an effect: nothing for a drain or delay; a call's results, a prompt's input, a
// workflow's final scope (or `sessionID`, where its end is not waited for); lines, none at the end
// of the stream.
using EffectResult = std::variant<std::monostate, Dict, std::string, Error>;

}  // namespace millrace
