// What a journal is asked to write, on its way to where it is kept.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "engine/journal.h"
#include "store/returns.h"

namespace millrace {

struct RecordWrite {
  SessionRecord record;
  std::string
      head;  // encode_record() of it, made on the shard's thread: the writer has enough to do
};
struct ChunkWrite {
  ChunkPlace place;
  std::string bytes;
};
struct BodyDrop {
  std::uint64_t session = 0;
  std::uint64_t body = 0;
};
struct AttemptsCount {
  std::vector<std::uint64_t> sessions;
};
struct AttemptsClear {
  std::vector<std::uint64_t> sessions;
};

struct Write {
  std::variant<RecordWrite, ChunkWrite, BodyDrop, AttemptsCount, AttemptsClear> what;
  Journal::Done done;
  std::shared_ptr<Returns> returns;

  // For its returns to give.
  [[nodiscard]] std::function<void()> answer(Result<void> result) {
    return [done = std::move(done), result = std::move(result)] { done(result); };
  }
};

// Bytes of memory that it takes, about.
std::size_t size_of(const Write& write);

// What both kinds of store answer.
Error later_epoch(const SessionRecord& record, std::uint64_t stored);
Error start_key_taken(const SessionRecord& record, std::uint64_t by);
Error no_definition(const SessionRecord& record);
Error unknown_definition(std::string_view hash);

}  // namespace millrace
