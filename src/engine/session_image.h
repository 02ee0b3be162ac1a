// The payloads of a session's records as bytes: what is needed to go on with it, and what it came
// to. The formats carry versions, which are in journals and never change their meaning.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "engine/journal_record.h"
#include "engine/session.h"
#include "value/value.h"

namespace millrace {

// A body of at most so many bytes is in the records of its session; a larger one beside them.
inline constexpr std::size_t kInsideRecord = 64UL * 1024;

// A call whose stream may be had again by making it again.
struct RepeatableCall {
  std::uint64_t session = 0;  // that made it; another one may hold the stream by now
  std::uint64_t execution = 0;
  std::string workflow;  // handle
  std::string step;      // id
  std::string ref;
  std::string arguments;          // packed (value/pack.h)
  std::string result;             // the name of the stream among its results
  std::string identity;           // Repeating::identity of its results
  std::optional<WallTime> began;  // of its limit in time, where it has one
  std::optional<Limit> limit = {};
};

// What becomes of a reader when its session is loaded again.
struct StoredReader {
  enum class Kept : std::uint8_t {
    inside = 0,     // `text` is its content
    beginning = 1,  // `text` is the beginning of its content, for show
    in_chunks = 2,  // `chunks` pieces of the body `body`, in the journal
    lost = 3,       // `text` says why it cannot be read any more
    again = 4,      // the call that gave it is made again, as `call` says
  };
  Kept kept = Kept::lost;
  std::string text = {};
  std::uint64_t body = 0;
  std::uint64_t chunks = 0;
  std::shared_ptr<const RepeatableCall> call = nullptr;
};

// A session that is alive.
struct SessionImage {
  WallTime began{};
  std::optional<Limit> limit;  // from then on
  std::uint32_t depth = 0;
  std::optional<SessionOptions::Caller> caller;
  std::optional<Nanos> kept;  // Recording::kept
  Dict facts;
  std::string frontier;
  std::vector<StoredReader> readers;  // of the frontier
  // Bodies count from 1 and on through restarts, so that what an earlier record refers to stays as
  // it is until a later one is durable.
  std::uint64_t last_body = 0;
  std::vector<std::uint64_t> bodies;  // that are in the journal, referred to or not
};

// What a session came to.
struct SessionOutcome {
  Dict vars;  // where it completed; readers in them are beginnings
  std::optional<Error> error;
  std::string step;  // id, where the error has one
  Nanos elapsed{};
};

// What a record says of a session's status, and the way back; quarantined: failed.
SessionStatus stored_status(Status status);
Status status_of(SessionStatus stored);

// The facts of a session never change: they are packed once. Errors for what cannot be stored
// (value/pack.h).
Result<std::string> pack_facts(const Dict& facts);
std::string write_image(const SessionImage& image, std::string_view packed_facts);
// Error: invalid for a version that this release does not read, bug for bytes out of place.
Result<SessionImage> read_image(std::string_view bytes);

Result<std::string> write_outcome(const SessionOutcome& outcome);
Result<SessionOutcome> read_outcome(std::string_view bytes);

}  // namespace millrace
