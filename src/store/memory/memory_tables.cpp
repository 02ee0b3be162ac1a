#include "store/memory/memory_tables.h"

#include <algorithm>
#include <limits>

#include "base/ids.h"

namespace millrace {
namespace {

constexpr std::uint64_t kLast = std::numeric_limits<std::uint64_t>::max();

bool matches(const SessionQuery& query, const SessionRecord& record) {
  const auto& statuses = query.statuses;
  if (!statuses.empty() &&
      std::find(statuses.begin(), statuses.end(), record.status) == statuses.end()) {
    return false;
  }
  if (query.workflow_id != 0 && record.workflow_id != query.workflow_id) return false;
  if (query.created_by != 0 && record.created_by != query.created_by) return false;
  if (query.created_from && record.session < first_id(*query.created_from)) return false;
  return !query.created_before || record.session < first_id(*query.created_before);
}

bool by_state(const PromptRecord& a, const PromptRecord& b) { return a.state < b.state; }

StoredSession as_listed(const StoredSession& stored, bool with_payload) {
  StoredSession listed = stored;
  if (!with_payload) {
    listed.record.payload.clear();
    listed.record.prompts.clear();
  }
  return listed;
}

}  // namespace

Result<void> MemoryTables::apply(const RecordWrite& write) {
  const SessionRecord& record = write.record;
  const auto at = sessions_.find(record.session);
  const bool is_new = at == sessions_.end();
  if (!is_new && record.epoch < at->second.record.epoch) {
    return later_epoch(record, at->second.record.epoch);
  }
  if (is_new && !record.start_key.empty()) {
    const auto taken = start_keys_.find(record.start_key);
    if (taken != start_keys_.end()) return start_key_taken(record, taken->second);
  }
  const bool is_kept = record.plan.empty() || definitions_.contains(record.plan);
  if (!is_kept && !record.definition) return no_definition(record);
  if (!is_kept) definitions_[record.plan].content = *record.definition;

  StoredSession& stored = is_new ? sessions_[record.session] : at->second;
  std::string start_key = is_new ? record.start_key : stored.record.start_key;
  // Before the old record goes, so that a definition that both refer to stays.
  if (!record.plan.empty()) ++definitions_[record.plan].uses;
  if (!is_new) leave(stored.record);
  enter(record);
  stored.record = record;
  stored.record.definition = nullptr;
  stored.record.start_key = std::move(start_key);
  auto& prompts = stored.record.prompts;
  for (PromptRecord& prompt : prompts) prompt.session = record.session;
  std::sort(prompts.begin(), prompts.end(), by_state);
  if (is_new && !record.start_key.empty()) start_keys_[record.start_key] = record.session;
  if (is_over(record.status)) drop_chunks({record.session, 0, 0}, {record.session, kLast, kLast});
  return {};
}

void MemoryTables::enter(const SessionRecord& record) {
  ++counts_[static_cast<std::size_t>(record.status)];
  if (record.wake_at) waking_.insert({*record.wake_at, record.session});
  if (record.purge_at) to_purge_.insert({*record.purge_at, record.session});
}

void MemoryTables::leave(const SessionRecord& record) {
  --counts_[static_cast<std::size_t>(record.status)];
  if (!record.plan.empty() && --definitions_[record.plan].uses == 0) {
    definitions_.erase(record.plan);
  }
  if (record.wake_at) waking_.erase({*record.wake_at, record.session});
  if (record.purge_at) to_purge_.erase({*record.purge_at, record.session});
}

Result<void> MemoryTables::apply(ChunkWrite& chunk) {
  chunks_[chunk.place] = std::move(chunk.bytes);
  return {};
}

Result<void> MemoryTables::apply(const BodyDrop& drop) {
  drop_chunks({drop.session, drop.body, 0}, {drop.session, drop.body, kLast});
  return {};
}

void MemoryTables::drop_chunks(const ChunkPlace& from, const ChunkPlace& to) {
  chunks_.erase(chunks_.lower_bound(from), chunks_.upper_bound(to));
}

Result<void> MemoryTables::apply(const AttemptsCount& count) {
  for (const std::uint64_t session : count.sessions) {
    const auto at = sessions_.find(session);
    if (at != sessions_.end()) ++at->second.attempts;
  }
  return {};
}

Result<void> MemoryTables::apply(const AttemptsClear& clear) {
  for (const std::uint64_t session : clear.sessions) {
    const auto at = sessions_.find(session);
    if (at != sessions_.end()) at->second.attempts = 0;
  }
  return {};
}

std::uint64_t MemoryTables::purge(WallTime now) {
  std::uint64_t purged = 0;
  while (!to_purge_.empty() && to_purge_.begin()->at <= now) {
    const std::uint64_t session = to_purge_.begin()->session;
    const auto at = sessions_.find(session);
    leave(at->second.record);
    start_keys_.erase(at->second.record.start_key);
    drop_chunks({session, 0, 0}, {session, kLast, kLast});
    sessions_.erase(at);
    ++purged;
  }
  return purged;
}

std::optional<StoredSession> MemoryTables::find(std::uint64_t session) const {
  const auto at = sessions_.find(session);
  if (at == sessions_.end()) return std::nullopt;
  return at->second;
}

std::optional<std::uint64_t> MemoryTables::find_start(const std::string& start_key) const {
  const auto at = start_keys_.find(start_key);
  if (at == start_keys_.end()) return std::nullopt;
  return at->second;
}

SessionPage MemoryTables::list(const SessionQuery& query) const {
  SessionPage page;
  const auto add = [&page, &query](const auto& entry) {
    if (!matches(query, entry.second.record)) return true;
    if (page.sessions.size() == query.limit) {
      page.next = page.sessions.back().record.session;
      return false;
    }
    page.sessions.push_back(as_listed(entry.second, query.with_payload));
    return true;
  };
  if (query.limit == 0) return page;
  if (query.oldest_first) {
    const auto from = sessions_.upper_bound(query.after);
    for (auto at = from; at != sessions_.end() && add(*at); ++at) continue;
  } else {
    const auto end = query.after == 0 ? sessions_.end() : sessions_.lower_bound(query.after);
    for (auto at = end; at != sessions_.begin() && add(*std::prev(at)); --at) continue;
  }
  return page;
}

std::vector<Waking> MemoryTables::waking(WallTime before, const Waking& after,
                                         std::size_t limit) const {
  std::vector<Waking> due;
  for (auto at = waking_.upper_bound(after); at != waking_.end() && at->at < before; ++at) {
    if (due.size() == limit) break;
    const auto session = sessions_.find(at->session);
    if (is_alive(session->second.record.status)) due.push_back(*at);
  }
  return due;
}

std::vector<PromptRecord> MemoryTables::prompts(const PromptQuery& query) const {
  std::vector<PromptRecord> found;
  for (const auto& [session, stored] : sessions_) {
    if (query.session != 0 && session != query.session) continue;
    for (const PromptRecord& prompt : stored.record.prompts) {
      const auto place = std::make_pair(prompt.session, prompt.state);
      if (place <= std::make_pair(query.after_session, query.after_state)) continue;
      if (query.owner != 0 && prompt.owner != query.owner) continue;
      if (found.size() == query.limit) return found;
      found.push_back(prompt);
    }
  }
  return found;
}

Result<std::string> MemoryTables::definition(const std::string& hash) const {
  const auto at = definitions_.find(hash);
  if (at == definitions_.end()) return unknown_definition(hash);
  return at->second.content;
}

std::optional<std::string> MemoryTables::chunk(const ChunkPlace& place) const {
  const auto at = chunks_.find(place);
  if (at == chunks_.end()) return std::nullopt;
  return at->second;
}

}  // namespace millrace
