#include "store/sqlite/commit.h"

#include <map>
#include <unordered_map>
#include <utility>

namespace millrace::sqlite {
namespace {

// What becomes of a write; `stands_for_it` is the later one that is written in its place.
struct Fate {
  std::optional<Error> refusal;
  std::optional<std::size_t> stands_for_it;
};

// What only the first record of a session says.
void keep_beginnings(SessionRecord& earlier, SessionRecord& later) {
  if (later.start_key.empty()) later.start_key = std::move(earlier.start_key);
  if (!later.definition && later.plan == earlier.plan) later.definition = earlier.definition;
}

// The state of a session is its last record's. One of another epoch stays, for it may be refused.
void let_last_stand(std::vector<Write>& writes, std::vector<Fate>& fates) {
  if (writes.size() < 2) return;
  std::unordered_map<std::uint64_t, std::size_t> last;
  last.reserve(writes.size());
  for (std::size_t i = 0; i < writes.size(); ++i) {
    auto* write = std::get_if<RecordWrite>(&writes[i].what);
    if (write == nullptr) continue;
    SessionRecord* record = &write->record;
    const auto [at, is_first] = last.try_emplace(record->session, i);
    if (is_first) continue;
    auto& earlier = std::get<RecordWrite>(writes[at->second].what).record;
    if (earlier.epoch == record->epoch) {
      keep_beginnings(earlier, *record);
      fates[at->second].stands_for_it = i;
    }
    at->second = i;
  }
}

Result<void> write_all(Tables& tables, std::vector<Write>& writes, std::vector<Fate>& fates) {
  MILLRACE_TRY(tables.begin());
  for (std::size_t i = 0; i < writes.size(); ++i) {
    if (fates[i].stands_for_it) continue;
    auto applied = std::visit([&tables](auto& what) { return tables.apply(what); }, writes[i].what);
    if (!applied) return applied.error();
    fates[i].refusal = std::move(applied->refusal);
  }
  return tables.commit();
}

Result<void> outcome(const Result<void>& written, const Fate& fate) {
  if (!written) return written;
  if (fate.refusal) return *fate.refusal;
  return {};
}

// Each shard is woken once.
void answer_all(std::vector<Write>& writes, const Result<void>& written,
                const std::vector<Fate>& fates) {
  std::map<std::shared_ptr<Returns>, std::vector<std::function<void()>>> answers;
  for (std::size_t i = 0; i < writes.size(); ++i) {
    answers[writes[i].returns].push_back(writes[i].answer(outcome(written, fates[i])));
  }
  for (auto& [returns, of_shard] : answers) returns->give(std::move(of_shard));
}

}  // namespace

void commit(Tables& tables, std::vector<Write>& writes) {
  std::vector<Fate> fates(writes.size());
  let_last_stand(writes, fates);
  const Result<void> written = write_all(tables, writes, fates);
  if (!written) tables.roll_back();
  // Backwards, for what a record comes to is what the one in its place came to.
  for (std::size_t i = writes.size(); i-- > 0;) {
    if (fates[i].stands_for_it) fates[i].refusal = fates[*fates[i].stands_for_it].refusal;
  }
  answer_all(writes, written, fates);
}

}  // namespace millrace::sqlite
