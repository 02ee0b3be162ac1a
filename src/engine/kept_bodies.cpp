#include "engine/kept_bodies.h"

#include <algorithm>
#include <utility>

namespace millrace {
namespace {

constexpr std::size_t kChunk = 256UL * 1024;

}  // namespace

void KeptBodies::restore(const SessionImage& image, const std::vector<Ref<Reader>>& readers) {
  is_restored_ = true;
  last_ = image.last_body;
  left_over_.insert(image.bodies.begin(), image.bodies.end());
  for (std::size_t i = 0; i < readers.size(); ++i) {
    using Kept = StoredReader::Kept;
    const StoredReader& stored = image.readers[i];
    if (stored.kept == Kept::in_chunks || stored.kept == Kept::again) set(readers[i], stored);
  }
}

void KeptBodies::set(const Ref<Reader>& reader, StoredReader stored) {
  left_over_.erase(stored.body);
  entries_[reader.get()] = {reader, std::move(stored)};
  if (entries_.size() < look_again_at_) return;
  // While nothing can be written streams come and go all the same.
  std::erase_if(entries_, [](const auto& known) {
    return known.second.stored.body == 0 && known.second.reader->is_unique();
  });
  look_again_at_ = std::max<std::size_t>(16, 2 * entries_.size());
}

const StoredReader* KeptBodies::find(const Reader& reader) const {
  const auto found = entries_.find(&reader);
  return found == entries_.end() ? nullptr : &found->second.stored;
}

std::vector<std::uint64_t> KeptBodies::numbers() const {
  std::vector<std::uint64_t> numbers(left_over_.begin(), left_over_.end());
  numbers.insert(numbers.end(), being_written_.begin(), being_written_.end());
  for (const auto& [reader, entry] : entries_) {
    if (entry.stored.body != 0) numbers.push_back(entry.stored.body);
  }
  return numbers;
}

// The next piece of a body, which has a number from its first one on.
Task<Result<void>> KeptBodies::put(Scope& step, StoredReader& stored, std::string bytes) {
  if (stored.body == 0) {
    stored.kept = StoredReader::Kept::in_chunks;
    stored.body = ++last_;
    being_written_.insert(stored.body);
    // A process that went before a record named this number may have left something there.
    if (is_restored_) drop(stored.body);
  }
  const ChunkPlace place{session_, stored.body, stored.chunks++};
  co_return co_await written(step, [&](Journal::Done done) {
    journal_.put_chunk(place, std::move(bytes), std::move(done));
  });
}

Task<KeptBodies::Attempt> KeptBodies::keep(Scope& step, Ref<Reader> reader,
                                           std::unique_ptr<PieceSource> source) {
  StoredReader stored;
  std::string gathered;
  Attempt attempt;
  bool is_more = true;
  while (is_more && !attempt.otherwise) {
    auto piece = co_await source->next(step);
    if (!piece) {
      (step.stopped() ? attempt.otherwise : attempt.of_stream) = piece.error();
      break;
    }
    is_more = !piece->empty();
    std::string_view rest = *piece;
    do {
      const std::size_t taken = std::min(rest.size(), kChunk - gathered.size());
      gathered += rest.substr(0, taken);
      rest.remove_prefix(taken);
      const bool is_inside = stored.body == 0 && gathered.size() <= kInsideRecord;
      if (gathered.size() < kChunk && (is_more || gathered.empty() || is_inside)) continue;
      auto durable = co_await put(step, stored, std::exchange(gathered, {}));
      if (!durable) attempt.otherwise = durable.error();
    } while (!rest.empty() && !attempt.otherwise);
  }
  being_written_.erase(stored.body);
  if (attempt.of_stream || attempt.otherwise) {
    if (stored.body != 0) drop(stored.body);
    co_return attempt;
  }
  if (stored.body == 0) stored.kept = StoredReader::Kept::inside;
  if (stored.body == 0) stored.text = std::move(gathered);
  set(reader, stored);
  attempt.kept = std::move(stored);
  co_return attempt;
}

void KeptBodies::drop(std::uint64_t body) {
  // Where that fails it goes with the session.
  journal_.drop_body(session_, body, [](const Result<void>&) {});
}

void KeptBodies::drop_all_but(const std::set<std::uint64_t>& referred) {
  std::erase_if(left_over_, [&](std::uint64_t body) {
    if (referred.contains(body)) return false;
    drop(body);
    return true;
  });
  std::erase_if(entries_, [&](const auto& known) {
    const Entry& entry = known.second;
    const bool is_known_here_only = entry.reader->is_unique();
    if (!is_known_here_only || referred.contains(entry.stored.body)) return false;
    if (entry.stored.body != 0) drop(entry.stored.body);
    return true;
  });
}

}  // namespace millrace
