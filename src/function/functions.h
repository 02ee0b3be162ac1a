// The functions that steps may call, by ref: the engine's Effects. One per shard. It owns the HTTP
// client and the processes for scripts, and nothing of any session beyond what that session's
// scopes own.
#pragma once

#include <memory>

#include "function/context.h"

namespace millrace {

struct FunctionOptions {
  HttpOptions http;
  LogOptions log;
  FuelLimits fuel;  // of one call
  ScriptOptions script;
};

class Functions final : public Effects {
 public:
  Functions(Shard& shard, FunctionOptions options);

  Task<Result<Dict>> call(Scope& step, Scope& session, FunctionCall call) override;
  Task<Result<void>> drain(Scope& step, Ref<Reader> reader) override;
  Task<Result<void>> settle(Scope& step, Scope& session) override;
  bool is_settled(Scope& session) override;
  void hand_over(const Dict& vars, Scope& receiver) override;
  std::unique_ptr<LineSource> lines(Ref<Reader> reader, std::uint64_t from) override;
  std::unique_ptr<PieceSource> pieces(Ref<Reader> reader) override;
  Deadline deadline_of(const Reader& reader) override;

  HttpClient& http() { return http_; }
  ScriptPool& scripts() { return scripts_; }

 private:
  HttpClient http_;
  Log log_;
  FuelLimits fuel_;
  WorkerPool workers_;
  ScriptPool scripts_;
};

}  // namespace millrace
