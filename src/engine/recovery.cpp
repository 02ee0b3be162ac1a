#include "engine/recovery.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/frontier.h"
#include "engine/repeated_stream.h"
#include "engine/stored_body.h"
#include "workflow/read.h"

namespace millrace {
namespace {

constexpr Nanos kSoon = std::chrono::milliseconds(1);
constexpr Nanos kSuspicion = std::chrono::milliseconds(100);
constexpr std::size_t kPage = 1000;

constexpr std::size_t kPlansKept = 256;  // that no session here runs any more, at most

// Stands for what was not kept. Its error comes where it is read.
class LostReader final : public Reader {
 public:
  explicit LostReader(const std::string& why)
      : error_(Error(ErrorKind::unavailable, why).in_phase("restart")) {}
  std::optional<Result<std::string_view>> drained() const override {
    return Result<std::string_view>(error_);
  }
  std::size_t bytes_held() const override { return 0; }

 private:
  Error error_;
};

}  // namespace

Recovery::Recovery(Scope& home, Sessions& sessions, Journal& journal, const Registry& registry,
                   RecoveryOptions options)
    : home_(home),
      sessions_(sessions),
      journal_(journal),
      registry_(registry),
      options_(std::move(options)) {}

Task<Result<Recovery::Summary>> Recovery::recover(Scope& scope) {
  Summary summary;
  std::vector<StoredSession> suspects;
  is_recovering_ = true;
  auto recovered = co_await recover_running(scope, summary, suspects);
  if (recovered) recovered = co_await recover_due(scope, summary, suspects);
  if (!recovered) co_return recovered.error();
  for (StoredSession& suspect : suspects) {
    std::vector<StoredSession> alone;
    alone.push_back(std::move(suspect));
    auto tried = co_await try_group(scope, std::move(alone), kSuspicion, summary);
    if (!tried) co_return tried.error();
  }
  is_recovering_ = false;
  forget_joins();
  auto canceled = co_await cancel_orphans(scope);
  if (!canceled) co_return canceled.error();
  auto counts = co_await journal_.count(scope);
  if (!counts) co_return counts.error();
  std::uint64_t alive = 0;
  for (const SessionStatus status : kAliveStatuses) {
    alive += (*counts)[static_cast<std::size_t>(status)];
  }
  const std::uint64_t in_memory = sessions_.size() + awaited_.size();
  summary.asleep = alive > in_memory ? alive - in_memory : 0;
  co_return summary;
}

Task<Result<void>> Recovery::recover_running(Scope& scope, Summary& summary,
                                             std::vector<StoredSession>& suspects) {
  SessionQuery query;
  query.statuses = {SessionStatus::started};
  query.oldest_first = true;
  query.with_payload = true;
  do {
    auto page = co_await journal_.list(scope, query);
    if (!page) co_return page.error();
    for (DamagedSession& damaged : page->damaged) summary.damaged.push_back(std::move(damaged));
    auto tried = co_await try_unsuspected(scope, std::move(page->sessions), summary, suspects);
    if (!tried) co_return tried.error();
    query.after = page->next;
  } while (query.after != 0);
  co_return Result<void>();
}

// Those that wait and whose time has come while nobody was there, or soon will; in the order of
// their times. The others are not so much as looked at: there may be millions of them.
Task<Result<void>> Recovery::recover_due(Scope& scope, Summary& summary,
                                         std::vector<StoredSession>& suspects) {
  const WallTime before = home_.shard().clock().wall() + options_.ahead;
  std::vector<Waking> due;
  Waking after;
  do {
    auto page = co_await journal_.waking(scope, before, after, kPage);
    if (!page) co_return page.error();
    due = std::move(*page);
    std::vector<StoredSession> group;
    for (const Waking& waking : due) {
      if (is_there(waking.session)) continue;
      auto found = co_await journal_.find(scope, waking.session);
      if (!found) {
        if (scope.stopped()) co_return found.error();
        const auto is_known = [&](const DamagedSession& known) {
          return known.session == waking.session;
        };
        if (std::none_of(summary.damaged.begin(), summary.damaged.end(), is_known)) {
          summary.damaged.push_back({waking.session, found.error()});
        }
      } else if (*found && is_waiting((*found)->record.status)) {
        // Those that were running have been brought back, and may have ended since.
        group.push_back(std::move(**found));
      }
    }
    if (!due.empty()) after = due.back();
    auto tried = co_await try_unsuspected(scope, std::move(group), summary, suspects);
    if (!tried) co_return tried.error();
  } while (due.size() == kPage);
  co_return Result<void>();
}

Task<Result<void>> Recovery::try_unsuspected(Scope& scope, std::vector<StoredSession> sessions,
                                             Summary& summary,
                                             std::vector<StoredSession>& suspects) {
  std::vector<StoredSession> group;
  for (StoredSession& stored : sessions) {
    (stored.attempts > 0 ? suspects : group).push_back(std::move(stored));
  }
  co_return co_await try_group(scope, std::move(group), Nanos{0}, summary);
}

// Those of the group that were tried when a process came down are suspects for the next one, which
// tries each of them alone: so it is the one that brings it down, and no other, which comes to too
// many attempts.
Task<Result<void>> Recovery::try_group(Scope& scope, std::vector<StoredSession> group,
                                       Nanos watched, Summary& summary) {
  std::vector<std::uint64_t> tried;
  for (const StoredSession& stored : group) {
    if (stored.attempts < options_.most_attempts) tried.push_back(stored.record.session);
  }
  if (!tried.empty()) {
    auto counted = co_await written(
        scope, [&](Journal::Done done) { journal_.count_attempts(tried, std::move(done)); });
    if (!counted) co_return counted.error();
  }
  for (StoredSession& stored : group) {
    auto recovered = co_await recover_one(scope, std::move(stored), summary);
    if (!recovered) co_return recovered.error();
  }
  if (tried.empty()) co_return Result<void>();
  // Each has a turn before it counts as having got on.
  auto waited = co_await scope.sleep_for(watched, "the first turns of recovered sessions");
  for (int i = 0; i < 2 && waited; ++i) waited = co_await scope.yield();
  if (!waited) co_return waited.error();
  co_return co_await written(scope, [&](Journal::Done done) {
    journal_.clear_attempts(std::move(tried), std::move(done));
  });
}

// A session that another one waits for goes on when that one asks for it.
Task<Result<void>> Recovery::recover_one(Scope& scope, StoredSession stored, Summary& summary) {
  const bool is_too_often = stored.attempts >= options_.most_attempts;
  Result<Sessions::Resume> loaded =
      Error(ErrorKind::bug,
            fmt::format("the server came down {} times while it began to go on", stored.attempts));
  if (!is_too_often) loaded = co_await load(scope, stored.record);
  if (is_there(stored.record.session)) co_return Result<void>();  // its caller was faster
  if (!loaded) {
    if (scope.stopped()) co_return loaded.error();
    summary.quarantined.emplace_back(stored.record.session, loaded.error());
    co_return co_await end_record(scope, std::move(stored.record), SessionStatus::quarantined,
                                  loaded.error());
  }
  const auto& caller = loaded->image.caller;
  if (caller && caller->waits) {
    awaited_.emplace(loaded->session, Awaited{std::move(stored.record), *caller});
  } else {
    sessions_.resume(home_, std::move(*loaded));
    ++summary.resumed;
  }
  co_return Result<void>();
}

// What becomes of them from here on is seen in the journal.
void Recovery::forget_joins() {
  for (const std::uint64_t session : joins_over_) joined_.erase(session);
  joined_sessions_ += joins_over_.size();
  joins_over_.clear();
}

// In memory, or about to be, or it has been.
bool Recovery::is_there(std::uint64_t session) const {
  return sessions_.has(session) || awaited_.contains(session) || joined_.contains(session);
}

// Those that nobody waits for any more: their caller is gone, or was further on than they knew when
// the process went.
Task<Result<void>> Recovery::cancel_orphans(Scope& scope) {
  std::vector<SessionRecord> orphans;
  for (const auto& [session, awaited] : awaited_) {
    const Trace::Caller& caller = awaited.caller;
    if (awaited_.contains(caller.session)) continue;  // not asked for itself so far
    if (!sessions_.awaits(caller.session, caller.execution)) orphans.push_back(awaited.record);
  }
  for (SessionRecord& orphan : orphans) {
    awaited_.erase(orphan.session);
    auto ended = co_await end_record(
        scope, std::move(orphan), SessionStatus::canceled,
        Error(ErrorKind::canceled, "the session that ran it does not wait for it any more"));
    if (!ended) co_return ended.error();
  }
  co_return Result<void>();
}

Task<Result<void>> Recovery::end_record(Scope& scope, SessionRecord record, SessionStatus status,
                                        Error why) {
  record.kind = RecordKind::ended;
  record.status = status;
  record.changed = home_.shard().clock().wall();
  record.prompts.clear();
  // What is put aside keeps what it is, for the person who looks into it.
  if (status != SessionStatus::quarantined) {
    auto outcome = write_outcome({.vars = {}, .error = std::move(why), .step = {}, .elapsed = {}});
    if (!outcome) co_return outcome.error();
    record.payload = std::move(*outcome);
  } else {
    record.summary = why.to_line();
  }
  co_return co_await written(
      scope, [&](Journal::Done done) { journal_.append(std::move(record), std::move(done)); });
}

Task<Result<Ref<const Plan>>> Recovery::plan_of(Scope& scope, const std::string& hash) {
  if (const auto known = plans_.find(hash); known != plans_.end()) co_return known->second;
  auto definition = co_await journal_.definition(scope, hash);
  if (!definition) co_return definition.error();
  auto document = read_document(*definition, "stored definition", Format::json);
  if (!document) co_return document.error();
  if (document->workflows.size() != 1) {
    co_return Error(ErrorKind::bug, "a stored definition is damaged");
  }
  auto plan = compile_plan(document->workflows.front(), registry_);
  if (!plan) co_return plan.error();
  if (plans_.size() >= kPlansKept) {
    std::erase_if(plans_, [](const auto& known) { return known.second->is_unique(); });
  }
  plans_.emplace(hash, *plan);
  co_return Ref<const Plan>(*plan);
}

// Nothing is read before a step does.
Ref<Reader> Recovery::reader_of(std::uint64_t session, const StoredReader& stored) const {
  switch (stored.kept) {
    case StoredReader::Kept::inside: return make_ref<TextReader>(stored.text);
    case StoredReader::Kept::in_chunks:
      return make_ref<StoredBody>(journal_, session, stored.body, stored.chunks);
    case StoredReader::Kept::again:
      return make_ref<RepeatedStream>(stored.call, registry_.find(stored.call->ref));
    case StoredReader::Kept::beginning:
    case StoredReader::Kept::lost: break;
  }
  return make_ref<LostReader>(stored.text);
}

Task<Result<Sessions::Resume>> Recovery::load(Scope& scope, const SessionRecord& record) {
  auto image = read_image(record.payload);
  if (!image) co_return image.error();
  auto plan = co_await plan_of(scope, record.plan);
  if (!plan) co_return plan.error();
  std::vector<Ref<Reader>> readers;
  for (const StoredReader& kept : image->readers) {
    readers.push_back(reader_of(record.session, kept));
  }
  MachineOptions machine = options_.machine;
  machine.depth = image->depth;
  auto unpacked = unpack_frontier(image->frontier, readers, *plan, machine);
  if (!unpacked) co_return unpacked.error();
  Sessions::Resume resume;
  resume.session = record.session;
  resume.machine = std::move(*unpacked);
  resume.start.plan = *plan;
  resume.start.options.machine = machine;
  Recording& recording = resume.start.recording;
  recording.from = Recording::From::start;
  recording.start_key = record.start_key;
  recording.workflow_id = record.workflow_id;
  recording.created_by = record.created_by;
  recording.kept = image->kept;
  resume.image = std::move(*image);
  resume.readers = std::move(readers);
  co_return resume;
}

Task<Result<bool>> Recovery::wake(Scope& scope, std::uint64_t session) {
  // One that another one waits for is that one's to go on with, which may still come.
  if (awaited_.contains(session)) co_return true;
  // It may leave again before whoever brought it back has told those that wait for that.
  while (sessions_.is_leaving(session) || loading_.contains(session)) {
    auto slept = co_await scope.sleep_for(kSoon, "a session that leaves memory or is loaded");
    if (!slept) co_return slept.error();
  }
  if (sessions_.has(session)) co_return true;
  loading_.insert(session);
  const std::uint64_t joins = joined_sessions_;
  auto found = co_await journal_.find(scope, session);
  if (!found || !*found || !is_alive((*found)->record.status)) {
    loading_.erase(session);
    if (!found) co_return found.error();
    co_return false;
  }
  SessionRecord& record = (*found)->record;
  auto loaded = co_await load(scope, record);
  if (!loaded && !scope.stopped()) {
    (void)co_await end_record(scope, std::move(record), SessionStatus::quarantined, loaded.error());
  }
  loading_.erase(session);
  if (!loaded) co_return loaded.error();
  if (is_there(session)) co_return true;
  const auto& caller = loaded->image.caller;
  if (caller && caller->waits) {
    // Its caller may have been there and be done with it: then this is not what it is any more.
    if (joins != joined_sessions_) co_return co_await wake(scope, session);
    awaited_.emplace(session, Awaited{std::move(record), *caller});
  } else {
    sessions_.resume(home_, std::move(*loaded));
  }
  co_return true;
}

Task<Result<void>> Recovery::wake_due(Scope& scope) {
  const WallTime before = home_.shard().clock().wall() + options_.ahead;
  Waking after;
  while (true) {
    auto due = co_await journal_.waking(scope, before, after, kPage);
    if (!due) co_return due.error();
    for (const Waking& waking : *due) {
      if (sessions_.has(waking.session) || awaited_.contains(waking.session)) continue;
      auto woken = co_await wake(scope, waking.session);
      if (!woken && scope.stopped()) co_return woken.error();
    }
    if (due->size() < kPage) co_return co_await cancel_orphans(scope);
    after = due->back();
  }
}

Task<Result<std::optional<SessionReport>>> Recovery::join(Scope& step, Sessions::Start start,
                                                          bool wait) {
  using Found = std::optional<SessionReport>;
  auto id = co_await journal_.find_start(step, start.recording.start_key);
  if (!id) co_return id.error();
  if (!*id) co_return Found();
  if (!wait) {
    SessionReport begun;
    begun.id = **id;
    co_return Found(std::move(begun));
  }
  joined_.insert(**id);
  auto found = co_await journal_.find(step, **id);
  if (!found) {
    joined_.erase(**id);  // it is left to whoever looks after those that nobody waits for
    co_return found.error();
  }
  if (!*found) co_return Found();
  if (!is_alive((*found)->record.status)) {
    awaited_.erase(**id);
    auto outcome = read_outcome((*found)->record.payload);
    if (!outcome) co_return outcome.error();
    SessionReport report;
    report.id = **id;
    report.vars = std::move(outcome->vars);
    report.status = status_of((*found)->record.status);
    if (outcome->error)
      report.failure = Failure{*outcome->error, start.plan->find_step(outcome->step)};
    co_return Found(std::move(report));
  }
  auto loaded = co_await load(step, (*found)->record);
  if (!loaded) {
    joined_.erase(**id);
    co_return loaded.error();
  }
  loaded->start.heir = start.heir;
  awaited_.erase(**id);
  SessionReport report = co_await run_session(step, sessions_, std::move(*loaded));
  joins_over_.push_back(**id);
  if (!is_recovering_) forget_joins();
  co_return Found(std::move(report));
}

}  // namespace millrace
