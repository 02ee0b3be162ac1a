#include "service/session_view.h"

#include <utility>

#include "engine/session_image.h"
#include "service/session_input.h"

namespace millrace {

Result<SessionView> view_of(StoredSession stored) {
  SessionView view{.record = std::move(stored.record)};
  const std::string payload = std::exchange(view.record.payload, {});
  view.record.prompts.clear();
  const SessionStatus status = view.record.status;
  if (status == SessionStatus::quarantined) {
    view.error = Error(ErrorKind::unavailable, view.record.summary);
  } else if (!is_alive(status) && !payload.empty()) {
    MILLRACE_TRY_ASSIGN(outcome, read_outcome(payload));
    view.error = outcome.error;
    view.error_step = std::move(outcome.step);
    if (status == SessionStatus::completed) view.output = without_facts(std::move(outcome.vars));
  }
  return view;
}

}  // namespace millrace
