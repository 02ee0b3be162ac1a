// Brings sessions back that a journal holds: all that are to run at the start of a process, and
// later one by one those that have left memory.
//
// Before a session is tried, that is counted durably, so that one which brings its process down
// again and again is known by that, and is put aside as quarantined.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/journal.h"
#include "engine/sessions.h"

namespace millrace {

class Registry;

struct RecoveryOptions {
  MachineOptions machine;  // for all; the depth is each session's own
  std::uint32_t most_attempts = 3;
  Nanos ahead = std::chrono::minutes(1);  // sessions that wake up within are kept in memory
};

class Recovery final : public EarlierSessions {
 public:
  // All outlive it.
  Recovery(Scope& home, Sessions& sessions, Journal& journal, const Registry& registry,
           RecoveryOptions options);

  struct Summary {
    std::uint64_t resumed = 0;
    std::uint64_t asleep = 0;  // they stay on disk until they are needed
    std::vector<std::pair<std::uint64_t, Error>> quarantined;
    std::vector<DamagedSession> damaged;
  };
  // At the start, before any other session begins.
  Task<Result<Summary>> recover(Scope& scope);

  // Goes on with a session that is not in memory. False: there is none that is alive. True although
  // it still is not: it is run by another one, which has not come to ask for it.
  Task<Result<bool>> wake(Scope& scope, std::uint64_t session);
  // Those whose time comes within `ahead`. To be asked again before that has passed.
  Task<Result<void>> wake_due(Scope& scope);

  Task<Result<std::optional<SessionReport>>> join(Scope& step, Sessions::Start start,
                                                  bool wait) override;

 private:
  struct Awaited {
    SessionRecord record;
    Trace::Caller caller;
  };
  // `record` outlives the task.
  Task<Result<Sessions::Resume>> load(Scope& scope, const SessionRecord& record);
  Task<Result<Ref<const Plan>>> plan_of(Scope& scope, const std::string& hash);
  Ref<Reader> reader_of(std::uint64_t session, const StoredReader& stored) const;
  Task<Result<void>> end_record(Scope& scope, SessionRecord record, SessionStatus status,
                                Error why);
  Task<Result<void>> recover_running(Scope& scope, Summary& summary,
                                     std::vector<StoredSession>& suspects);
  Task<Result<void>> recover_due(Scope& scope, Summary& summary,
                                 std::vector<StoredSession>& suspects);
  Task<Result<void>> try_unsuspected(Scope& scope, std::vector<StoredSession> sessions,
                                     Summary& summary, std::vector<StoredSession>& suspects);
  Task<Result<void>> try_group(Scope& scope, std::vector<StoredSession> group, Nanos watched,
                               Summary& summary);
  Task<Result<void>> recover_one(Scope& scope, StoredSession stored, Summary& summary);
  Task<Result<void>> cancel_orphans(Scope& scope);

  bool is_there(std::uint64_t session) const;
  void forget_joins();

  Scope& home_;
  Sessions& sessions_;
  Journal& journal_;
  const Registry& registry_;
  RecoveryOptions options_;
  std::map<std::string, Ref<const Plan>> plans_;  // by hash
  std::map<std::uint64_t, Awaited> awaited_;      // not asked for by their callers so far
  std::set<std::uint64_t> loading_;
  // Sessions of before whose callers have asked for them, while that lasts; during recover() those
  // too with which that is over, since what was read of them before is not what they are now.
  std::set<std::uint64_t> joined_;
  std::vector<std::uint64_t> joins_over_;
  std::uint64_t joined_sessions_ = 0;  // that are over and forgotten, counted
  bool is_recovering_ = false;
};

}  // namespace millrace
