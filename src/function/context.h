// What the behaviour of a function may use, and the form of every behaviour.
#pragma once

#include "engine/effects.h"
#include "expression/fuel.h"
#include "function/log/log.h"
#include "net/http_client.h"
#include "scope/worker_pool.h"
#include "script/script_pool.h"

namespace millrace {

struct FunctionContext {
  Effects& effects;
  HttpClient& http;
  Log& log;
  ScriptPool& scripts;
  WorkerPool& workers;
  Scope& session;   // owns what the results hold
  FuelLimits fuel;  // of what a call makes without waiting
};

// `step` waits; stopping it ends the call, and what was opened goes with it. The results are by
// name.
using Behaviour = Task<Result<Dict>> (*)(Scope& step, FunctionContext context, FunctionCall call);

}  // namespace millrace
