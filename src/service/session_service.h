// What people and programs do with sessions, free of how they ask for it: begin one, look at it,
// answer its prompts, cancel it. One a shard.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/recovery.h"
#include "engine/sessions.h"
#include "service/session_view.h"
#include "service/workflow_catalog.h"

namespace millrace {

struct ExecRequest {
  std::string workflow;  // handle or ID
  std::string step;      // to start at; empty: the only one without parents
  Dict input;            // typed, or Any where it came as plain JSON
  bool trace = false;
  bool wait = false;   // for the end, also of a workflow that may take long
  bool async = false;  // its beginning is enough
  std::optional<Nanos> timeout = std::nullopt;
  // No two sessions of a workflow are begun with the same one: who asks again is told of the first.
  std::string key = {};
};

// What became of it. `report` is complete where it has ended, else it holds the ID and the status.
struct Executed {
  Ref<const Plan> plan;
  SessionReport report;
  bool has_ended = false;
};

struct SessionViews {
  std::vector<SessionView> sessions;
  std::uint64_t next = 0;  // for SessionQuery::after; 0: this was the last page
};

struct CancelReceipt {
  SessionView session;
  std::vector<StoppedEffect> stopped;
};

struct PromptView {
  PromptRecord record;
  Dict payload;
};

struct SessionServiceOptions {
  MachineOptions machine;
  std::optional<Limit> limit;  // of every session
  TraceLimits trace;           // of one that is to be traced
  std::optional<Nanos> kept;   // where the workflow does not say (keepSessions); none: for good
};

class SessionService final : public SessionFollower {
 public:
  // All outlive it.
  SessionService(Scope& home, Sessions& sessions, Recovery& recovery, Journal& journal,
                 WorkflowCatalog& catalog, SessionServiceOptions options);

  // Stopping `request` ends the waiting; a session whose client asked for that (stop cause user)
  // is canceled.
  Task<Result<Executed>> exec(Scope& request, ExecRequest exec);
  Task<Result<SessionView>> find(Scope& request, std::uint64_t session);
  Task<Result<SessionViews>> list(Scope& request, SessionQuery query);
  // Returns once all of it is closed and that is durable. Error: conflict, where it has ended.
  Task<Result<CancelReceipt>> cancel(Scope& request, std::uint64_t session);
  Task<Result<std::vector<PromptView>>> prompts(Scope& request, PromptQuery query);
  // Returns once the answer cannot be lost any more. Errors: not_found, where nobody ever asked;
  // conflict, where it has been answered or nobody waits for it any more.
  Task<Result<void>> answer(Scope& request, std::uint64_t session, std::uint64_t state, Dict input);

 private:
  struct Waiting;

  void left(const SessionReport& report) override;
  std::shared_ptr<Waiting> watch(std::uint64_t session);

  Result<Sessions::Start> start_of(const ExecRequest& exec, Ref<const Plan> plan,
                                   const Workflow& workflow) const;
  Task<Result<Executed>> begin(Scope& request, const ExecRequest& exec, Sessions::Start start);
  Task<Result<Executed>> join_earlier(Scope& request, const ExecRequest& exec,
                                      std::uint64_t session, Ref<const Plan> plan);

  Scope& home_;
  Sessions& sessions_;
  Recovery& recovery_;
  Journal& journal_;
  WorkflowCatalog& catalog_;
  SessionServiceOptions options_;
  // Who waits for sessions to leave memory.
  std::multimap<std::uint64_t, std::weak_ptr<Waiting>> waiting_;
  std::size_t sweep_at_ = 1'000;  // its size
  // Begun here and in memory: some of them are in no journal yet.
  std::map<std::uint64_t, SessionRecord> begun_;
};

}  // namespace millrace
