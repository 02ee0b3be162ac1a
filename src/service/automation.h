// The sessions of a server: what runs them, keeps them and brings them back. One a shard.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/random.h"
#include "engine/recovery.h"
#include "function/functions.h"
#include "service/session_service.h"
#include "store/store.h"

namespace millrace {

struct AutomationOptions {
  FunctionOptions functions;
  SessionServiceOptions sessions;
  // Sessions that wait for longer than this leave memory.
  Nanos ahead = std::chrono::minutes(1);
  Nanos purge_every = std::chrono::minutes(1);
  // Told what an operator has to know, a line each.
  std::function<void(const std::string&)> tell = [](const std::string&) {};
};

class Automation {
 public:
  // All outlive it. `home` owns the sessions.
  Automation(Scope& home, Store& store, WorkflowCatalog& catalog, const Registry& registry,
             AutomationOptions options);

  // Brings back what the store holds. Once, before anything else is asked.
  Task<Result<Recovery::Summary>> open(Scope& scope);
  // Calls under way have `grace` to end. Then sessions stay in the store as they are, to go on at
  // the next start, and all that is in memory ends. Stopping `scope` ends the grace.
  Task<void> close(Scope& scope, Nanos grace);

  SessionService& sessions() { return service_; }
  std::size_t sessions_in_memory() const { return sessions_.size(); }

 private:
  Task<Result<void>> keep_waking(Scope& scope);
  Task<Result<void>> keep_purging(Scope& scope);

  Scope& home_;
  AutomationOptions options_;
  Random random_;
  std::unique_ptr<Journal> journal_;
  Functions functions_;
  SessionService service_;  // follows the sessions, so it is there before them
  Sessions sessions_;
  Recovery recovery_;
};

}  // namespace millrace
