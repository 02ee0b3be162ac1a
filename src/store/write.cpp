#include "store/write.h"

#include <fmt/format.h>

namespace millrace {
namespace {

struct Size {
  std::size_t operator()(const RecordWrite& write) const {
    const SessionRecord& record = write.record;
    std::size_t size = write.head.size() + record.payload.size();
    for (const PromptRecord& prompt : record.prompts) size += sizeof prompt + prompt.payload.size();
    return size;
  }
  std::size_t operator()(const ChunkWrite& chunk) const { return chunk.bytes.size(); }
  std::size_t operator()(const BodyDrop& /*drop*/) const { return 0; }
  std::size_t operator()(const AttemptsCount& count) const { return 8 * count.sessions.size(); }
  std::size_t operator()(const AttemptsClear& clear) const { return 8 * clear.sessions.size(); }
};

}  // namespace

std::size_t size_of(const Write& write) { return sizeof write + std::visit(Size(), write.what); }

Error later_epoch(const SessionRecord& record, std::uint64_t stored) {
  return Error(ErrorKind::conflict,
               fmt::format("session {} is run elsewhere by now: its stored epoch is {}, this one's "
                           "is {}",
                           record.session, stored, record.epoch));
}

Error start_key_taken(const SessionRecord& record, std::uint64_t by) {
  return Error(ErrorKind::conflict, fmt::format("the start key of session {} belongs to session {}",
                                                record.session, by));
}

Error no_definition(const SessionRecord& record) {
  return Error(ErrorKind::bug,
               fmt::format("session {} refers to definition {}, which was never stored",
                           record.session, record.plan));
}

Error unknown_definition(std::string_view hash) {
  return Error(ErrorKind::not_found,
               fmt::format("no stored session refers to definition {}", hash));
}

}  // namespace millrace
