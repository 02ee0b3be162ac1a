// A session as it is shown to people, from what is stored of it.
#pragma once

#include <optional>
#include <string>

#include "engine/journal_record.h"
#include "value/dict.h"

namespace millrace {

struct SessionView {
  SessionRecord record;        // without its payload and prompts
  std::optional<Dict> output;  // where it has completed; Readers are the beginnings of them
  std::optional<Error> error;  // why it failed, was canceled or put aside
  std::string error_step;      // id, where the error has one
};

// Error of kind bug where its bytes are not what was written.
Result<SessionView> view_of(StoredSession stored);

}  // namespace millrace
