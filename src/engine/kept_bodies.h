// Which streams of a session lie in the journal, and where: a stream is written once and referred
// to by all later records, and goes once a record that does not refer to it is durable.
// Shared by the session's SessionRecorder and those who write one.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "engine/effects.h"
#include "engine/journal.h"
#include "engine/session_image.h"

namespace millrace {

class KeptBodies {
 public:
  // The journal outlives it.
  KeptBodies(Journal& journal, std::uint64_t session) : journal_(journal), session_(session) {}
  // Of a session that goes on: as its last record has it, and the readers that stand for those
  // which that record lists.
  void restore(const SessionImage& image, const std::vector<Ref<Reader>>& readers);

  // What became of one attempt to keep a stream: exactly one of these.
  struct Attempt {
    std::optional<StoredReader> kept;  // durable
    std::optional<Error> of_stream;    // it cannot be read to its end; nothing of it is kept
    std::optional<Error> otherwise;    // the journal, or `step`: it may be tried again
  };
  // Reads `source`, the whole of `reader`, into the journal, a piece at a time, and waits until all
  // of it is durable. Little is not written but is in the next record itself.
  Task<Attempt> keep(Scope& step, Ref<Reader> reader, std::unique_ptr<PieceSource> source);

  // It is known how `reader` is had again after a restart.
  void set(const Ref<Reader>& reader, StoredReader stored);
  void forget(const Reader& reader) { entries_.erase(&reader); }
  const StoredReader* find(const Reader& reader) const;  // nullptr: nothing is known

  // The number of the last body, and of all that are in the journal: for a record.
  std::uint64_t last() const { return last_; }
  std::vector<std::uint64_t> numbers() const;
  // A record that refers to these bodies, and to no others, is durable.
  void drop_all_but(const std::set<std::uint64_t>& referred);

 private:
  struct Entry {
    Ref<Reader> reader;
    StoredReader stored;
  };
  Task<Result<void>> put(Scope& step, StoredReader& stored, std::string bytes);
  void drop(std::uint64_t body);

  Journal& journal_;
  std::uint64_t session_;
  std::uint64_t last_ = 0;
  bool is_restored_ = false;
  std::map<const Reader*, Entry> entries_;
  std::size_t look_again_at_ = 16;  // entries: for streams that nobody else holds any more
  std::set<std::uint64_t> being_written_;
  std::set<std::uint64_t> left_over_;  // by an earlier process, and read by nobody
};

}  // namespace millrace
