// The bytes of a stream that are held: those that arrived and nobody read yet, and those that were
// read and may be read again. The newest are in memory; older ones go to a temporary file, which
// has no name and goes with its descriptor. Owned by one Body; knows nothing of transfers.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/counted.h"
#include "base/error.h"
#include "net/http_limits.h"

namespace millrace {

// A piece of the stream; never moves while a Ref holds it.
class Chunk final : public Counted {
 public:
  explicit Chunk(std::size_t capacity)
      : bytes_(std::make_unique_for_overwrite<char[]>(capacity)), capacity_(capacity) {}

  std::string_view content() const { return {bytes_.get(), size_}; }
  std::span<char> room() { return {bytes_.get() + size_, capacity_ - size_}; }
  void grow(std::size_t added) { size_ += added; }
  std::size_t size() const { return size_; }
  std::size_t capacity() const { return capacity_; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_;
};

struct Piece {
  Ref<Chunk> chunk;  // keeps `bytes` alive
  std::string_view bytes;
};

class KeptBytes {
 public:
  // `announced`: how many there will be in all, -1 where nobody has said.
  explicit KeptBytes(const HttpLimits& limits, std::int64_t announced = -1)
      : limits_(&limits), announced_(announced) {}
  KeptBytes(const KeptBytes&) = delete;
  KeptBytes& operator=(const KeptBytes&) = delete;
  ~KeptBytes() { close_file(); }

  // Where the next bytes go; never empty. `expected`: how many are likely to come, 0 if unknown.
  std::span<char> room(std::uint64_t expected = 0);
  void commit(std::size_t added);
  void append(std::string_view bytes);

  std::uint64_t end() const { return end_; }
  // What is held begins here.
  std::uint64_t begin() const { return begin_; }
  // The bytes from `offset` on, as far as they lie together; empty at the end. Error of kind
  // exhausted where they are no longer held, unavailable where the file cannot be read.
  Result<Piece> at(std::uint64_t offset) const;

  // Brings what is held within its limits. All before `needed` is dropped unless `keep`; where too
  // much would be kept, all before `foremost` is dropped and `keep` is off from then on.
  void trim(std::uint64_t needed, std::uint64_t foremost, bool keep);
  bool keeps() const { return keeps_; }

  void clear();
  std::size_t in_memory() const { return in_memory_; }

 private:
  void drop_before(std::uint64_t offset);
  bool spill_oldest();  // false where the file takes no more
  bool write_to_file(std::string_view bytes);
  void close_file();

  const HttpLimits* limits_;
  std::int64_t announced_;
  std::vector<Ref<Chunk>> chunks_;  // a few dozen
  std::uint64_t begin_ = 0;
  std::uint64_t memory_begin_ = 0;  // of chunks_; the file holds [begin_, memory_begin_)
  std::uint64_t end_ = 0;
  std::size_t in_memory_ = 0;
  int file_ = -1;
  bool keeps_ = true;
  std::string lost_because_;
};

}  // namespace millrace
