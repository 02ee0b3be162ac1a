// What a journal knows of sessions, as plain data. Times are wall-clock; bytes called opaque are
// the engine's own, and whoever stores them does not look into them.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

namespace millrace {

// The numbers are stored, and the first six are those of the REST interface: they never change.
enum class SessionStatus : std::uint8_t {
  started = 0,
  prompted = 1,
  suspended = 2,
  failed = 3,
  completed = 4,
  canceled = 5,
  quarantined = 6,  // its recovery failed again and again: it waits for a person
};
inline constexpr std::size_t kSessionStatuses = 7;
std::string_view to_string(SessionStatus status);
// Goes on by itself: recovery has to look at it.
constexpr bool is_alive(SessionStatus status) { return status <= SessionStatus::suspended; }
// Waits for a time or for people.
constexpr bool is_waiting(SessionStatus status) {
  return status == SessionStatus::prompted || status == SessionStatus::suspended;
}
// It came to something, and nobody will go on with it.
constexpr bool is_over(SessionStatus status) {
  return !is_alive(status) && status != SessionStatus::quarantined;
}
inline constexpr std::array kAliveStatuses = {SessionStatus::started, SessionStatus::prompted,
                                              SessionStatus::suspended};

// Why a record is written. The numbers are stored and never change.
enum class RecordKind : std::uint8_t {
  started = 1,
  intent = 2,     // before an effect that is keyed or at-most-once begins
  outcome = 3,    // after an effect
  suspended = 4,  // what it waits for may take long: it may leave memory
  ended = 5,      // completed, failed, canceled, or quarantined
};

// A prompt that waits for its answer.
struct PromptRecord {
  std::uint64_t session = 0;
  std::uint64_t state = 0;
  std::uint64_t owner = 0;  // who may answer; 0: nobody in particular
  std::string step;         // id, as the author wrote it
  std::string ref;          // the client function that shows it
  WallTime created{};
  std::string payload;  // opaque
};

// All that is known of a session: a later record replaces an earlier one, the list of prompts
// included.
struct SessionRecord {
  std::uint64_t session = 0;  // of new_id(), at the time of `created`
  std::uint64_t epoch = 0;    // of whoever runs it; never goes back
  RecordKind kind = RecordKind::started;
  SessionStatus status = SessionStatus::started;
  std::string workflow;           // handle
  std::uint64_t workflow_id = 0;  // 0: none
  std::uint64_t created_by = 0;   // user; 0: nobody in particular
  WallTime created{};
  WallTime changed{};
  std::optional<WallTime> wake_at = std::nullopt;   // when it must be in memory again
  std::optional<WallTime> purge_at = std::nullopt;  // once ended; none: it is kept
  std::string plan;                                 // hash of the definition that it runs
  // That definition, opaque; needed where no stored session may refer to it yet, ignored where
  // one does.
  std::shared_ptr<const std::string> definition = nullptr;
  // Of its start: no two sessions have the same one, while they are stored. Empty: none. The first
  // record of a session says it; later ones need not, and cannot change it.
  std::string start_key = {};
  std::string summary = {};  // opaque and short: what a list shows of it beside these
  std::string payload = {};  // opaque: the frontier while it is alive, the report once ended
  std::vector<PromptRecord> prompts = {};
};

// What was read of a session.
struct StoredSession {
  SessionRecord record;        // without `definition`
  std::uint32_t attempts = 0;  // recoveries begun and not cleared since
};

// A session whose bytes are not what was written: it alone is out.
struct DamagedSession {
  std::uint64_t session = 0;
  Error error;
};

struct SessionQuery {
  std::vector<SessionStatus> statuses = {};  // none: any
  std::uint64_t workflow_id = 0;             // 0: any
  std::uint64_t created_by = 0;              // 0: anybody
  // By the time that is in their ids, to the millisecond: from one (included) to the other (not).
  std::optional<WallTime> created_from = std::nullopt;
  std::optional<WallTime> created_before = std::nullopt;
  bool oldest_first = false;
  bool with_payload = false;  // and prompts; else both are empty
  std::uint64_t after = 0;    // SessionPage::next of the page before; 0: the first page
  std::size_t limit = 100;
};

struct SessionPage {
  std::vector<StoredSession> sessions;
  std::vector<DamagedSession> damaged;
  std::uint64_t next = 0;  // for SessionQuery::after; 0: this was the last page
};

// A session that has to be in memory at a time. Ordered by time, then by session.
struct Waking {
  WallTime at{};
  std::uint64_t session = 0;
  friend auto operator<=>(const Waking&, const Waking&) = default;
};

struct PromptQuery {
  std::uint64_t owner = 0;    // 0: any
  std::uint64_t session = 0;  // 0: any
  // The last prompt of the page before.
  std::uint64_t after_session = 0;
  std::uint64_t after_state = 0;
  std::size_t limit = 100;
};

// A piece of a body that a session keeps; numbers count from 0.
struct ChunkPlace {
  std::uint64_t session = 0;
  std::uint64_t body = 0;
  std::uint64_t number = 0;
  friend auto operator<=>(const ChunkPlace&, const ChunkPlace&) = default;
};

// How many sessions are stored, by status.
using SessionCounts = std::array<std::uint64_t, kSessionStatuses>;

}  // namespace millrace
