// The payloads of a session's records as bytes: what is needed to go on with it, and what it came
// to. The formats carry versions, which are in journals and never change their meaning.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "engine/session.h"
#include "value/value.h"

namespace millrace {

// What becomes of a reader when its session is loaded again.
struct StoredReader {
  enum class Kept : std::uint8_t {
    inside = 0,     // `text` is its content
    beginning = 1,  // `text` is the beginning of its content, for show
    in_chunks = 2,  // `chunks` pieces of the body `body`, in the journal
    lost = 3,       // `text` says why it cannot be read any more
  };
  Kept kept = Kept::lost;
  std::string text;
  std::uint64_t body = 0;
  std::uint64_t chunks = 0;
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
};

// What a session came to.
struct SessionOutcome {
  Dict vars;  // where it completed; readers in them are beginnings
  std::optional<Error> error;
  std::string step;  // id, where the error has one
  Nanos elapsed{};
};

// Error for what cannot be stored (value/pack.h).
Result<std::string> write_image(const SessionImage& image);
// Error: invalid for a version that this release does not read, bug for bytes out of place.
Result<SessionImage> read_image(std::string_view bytes);

Result<std::string> write_outcome(const SessionOutcome& outcome);
Result<SessionOutcome> read_outcome(std::string_view bytes);

}  // namespace millrace
