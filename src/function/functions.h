// The functions that steps may call, by ref: the engine's Effects. One per shard. It owns the HTTP
// client and the processes for scripts, and nothing of any session beyond what that session's
// scopes own.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "function/context.h"

namespace millrace {

struct FunctionOptions {
  HttpOptions http;
  LogOptions log;
  ScriptOptions script;
};

class Functions final : public Effects {
 public:
  Functions(Shard& shard, FunctionOptions options);

  Task<Result<Dict>> call(Scope& step, Scope& session, FunctionCall call) override;
  Task<Result<void>> drain(Scope& step, Ref<Reader> reader) override;
  Task<Result<void>> settle(Scope& step, Scope& session) override;
  std::unique_ptr<LineSource> lines(Ref<Reader> reader) override;

  HttpClient& http() { return http_; }
  ScriptPool& scripts() { return scripts_; }

 private:
  HttpClient http_;
  Log log_;
  ScriptPool scripts_;
  std::unordered_map<std::string, Behaviour> behaviours_;
};

}  // namespace millrace
