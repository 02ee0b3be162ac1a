// What the task of an effect needs beyond its scope; of RunningSession's own files.
#pragma once

#include "engine/running_session.h"

namespace millrace {

// The state itself may be gone before the task has ended.
struct RunningSession::Job {
  Effect effect;
  std::string step;
  std::uint64_t execution = 0;
  FunctionCall call;
  // Of what is called; nullptr where it must not be called twice, whatever it gave.
  const Repeating* repeating = nullptr;
  bool is_durable = false;  // its streams are stored before it is over
  Ref<Loop> loop;
  bool may_have_begun = false;
  std::optional<Dict> answer;
  Event answered;
};

}  // namespace millrace
