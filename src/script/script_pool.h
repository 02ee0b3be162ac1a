// The processes that run JavaScript for one shard. None runs until the first script does; then they
// are kept warm, a few at most. One that failed, was killed, or has served its calls is replaced.
// Whoever owns the pool ends all calls before it; the pool's end is the end of its processes.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <vector>

#include "scope/scope.h"
#include "script/script_limits.h"
#include "value/value.h"

namespace millrace {

namespace script {
class Worker;
}

// What a script is given.
struct ScriptCall {
  std::string source;                // the body of a function with one parameter, `input`
  std::string input;                 // a packed value (value/pack.h)
  std::vector<std::string> readers;  // the content of the readers in it
};

class ScriptPool {
 public:
  ScriptPool(Shard& shard, ScriptOptions options);
  ~ScriptPool();
  ScriptPool(const ScriptPool&) = delete;
  ScriptPool& operator=(const ScriptPool&) = delete;

  const ScriptLimits& limits() const { return options_.limits; }

  // What the script returned. Errors: invalid (it threw, or cannot be read; says where), exhausted
  // (a limit, named with its setting), unavailable (its process was ended by something else; trying
  // again may help). Stopping `scope` kills the process, joins it, and gives the stop's error.
  Task<Result<Value>> run(Scope& scope, ScriptCall call);

  std::size_t processes() const { return alive_; }
  std::vector<pid_t> idle() const;

 private:
  using Lease = std::unique_ptr<script::Worker>;
  // Somebody who waits for a process, in the order of coming.
  struct Waiting {
    Event granted;
  };

  Task<Result<Lease>> take(Scope& scope);
  Task<Result<void>> wait_for_turn(Scope& scope);
  Result<Lease> idle_or_new();
  bool has_room() const;
  void grant_next();
  void keep(Lease worker);
  void drop(Lease worker);  // that has ended
  void idle_ended(const script::Worker& worker);

  Shard* shard_;
  ScriptOptions options_;
  std::vector<Lease> idle_;   // the last one served last, and is the warmest
  std::vector<Lease> ended_;  // while idle; still to be freed
  std::list<Waiting*> waiting_;
  std::size_t alive_ = 0;    // idle and at work
  std::size_t granted_ = 0;  // turns that were given and not yet taken
};

}  // namespace millrace
