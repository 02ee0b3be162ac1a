#include "engine/journal_record.h"

namespace millrace {

std::string_view to_string(SessionStatus status) {
  switch (status) {
    case SessionStatus::started: return "started";
    case SessionStatus::prompted: return "prompted";
    case SessionStatus::suspended: return "suspended";
    case SessionStatus::failed: return "failed";
    case SessionStatus::completed: return "completed";
    case SessionStatus::canceled: return "canceled";
    case SessionStatus::quarantined: return "quarantined";
  }
  return "started";
}

}  // namespace millrace
