#include "script/script_pool.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/byte_size.h"
#include "script/plain_value.h"
#include "script/protocol.h"
#include "script/worker.h"
#include "value/pack.h"

namespace millrace {
namespace {

using script::Answer;
using script::Worker;

Error of_answer(const Answer& answer, const ScriptLimits& limits) {
  switch (answer.kind) {
    case Answer::Kind::memory:
      return {ErrorKind::exhausted,
              fmt::format("the script needs more memory than it may have: {} (setting "
                          "script.memory)",
                          format_byte_size(limits.memory))};
    case Answer::Kind::output:
      return {ErrorKind::exhausted,
              fmt::format("the script returns more than it may: {} (setting script.output)",
                          format_byte_size(limits.output))};
    default: break;
  }
  const bool is_limit = answer.kind == Answer::Kind::recursion;
  const Error error(is_limit ? ErrorKind::exhausted : ErrorKind::invalid, answer.message);
  if (answer.line == 0) return error;
  return error.at(fmt::format("line {}, column {}", answer.line, answer.column));
}

// Each part of a value takes a byte or more.
Result<Value> returned_value(const Answer& answer) {
  MILLRACE_TRY_ASSIGN(value, unpack(answer.value));
  if (script::is_plain(value, answer.value.size())) return value;
  return Error(ErrorKind::bug, "a script's process gave a value that no script can return");
}

Error ended_by_itself(const Worker& worker) {
  return {ErrorKind::unavailable,
          fmt::format("the process that ran the script {}; trying again may help",
                      worker.how_it_ended())};
}

}  // namespace

ScriptPool::ScriptPool(Shard& shard, ScriptOptions options)
    : shard_(&shard), options_(std::move(options)) {}

ScriptPool::~ScriptPool() = default;

std::vector<pid_t> ScriptPool::idle() const {
  std::vector<pid_t> pids;
  for (const Lease& worker : idle_) pids.push_back(worker->pid());
  return pids;
}

bool ScriptPool::has_room() const {
  return idle_.size() + options_.limits.workers > alive_ + granted_;
}

void ScriptPool::grant_next() {
  if (waiting_.empty() || !has_room()) return;
  ++granted_;
  waiting_.front()->granted.set();
  waiting_.pop_front();
}

// `granted_` counts the turn until idle_or_new() takes it.
Task<Result<void>> ScriptPool::wait_for_turn(Scope& scope) {
  if (waiting_.empty() && has_room()) {
    ++granted_;
    co_return Result<void>();
  }
  Waiting me;
  waiting_.push_back(&me);
  auto waited = co_await scope.wait(me.granted, [this] {
    return fmt::format("waiting for one of {} processes for scripts (setting script.workers)",
                       options_.limits.workers);
  });
  if (waited) co_return waited;
  waiting_.remove(&me);
  if (me.granted.is_set()) {
    --granted_;
    grant_next();
  }
  co_return waited;
}

Result<ScriptPool::Lease> ScriptPool::idle_or_new() {
  --granted_;
  ended_.clear();
  while (!idle_.empty()) {
    Lease worker = std::move(idle_.back());
    idle_.pop_back();
    worker->on_end(nullptr);
    if (!worker->has_ended()) return worker;
    --alive_;
  }
  auto started = Worker::start(*shard_, options_);
  if (started) {
    ++alive_;
  } else {
    grant_next();
  }
  return started;
}

Task<Result<ScriptPool::Lease>> ScriptPool::take(Scope& scope) {
  auto turn = co_await wait_for_turn(scope);
  if (!turn) co_return turn.error();
  co_return idle_or_new();
}

void ScriptPool::keep(Lease worker) {
  if (worker->has_ended()) return drop(std::move(worker));
  worker->on_end([this, known = worker.get()] { idle_ended(*known); });
  idle_.push_back(std::move(worker));
  grant_next();
}

void ScriptPool::idle_ended(const Worker& worker) {
  const auto found = std::find_if(idle_.begin(), idle_.end(),
                                  [&](const Lease& idle) { return idle.get() == &worker; });
  if (found == idle_.end()) return;
  // Its own callback tells of it: it is freed by whoever comes next.
  ended_.push_back(std::move(*found));
  idle_.erase(found);
  --alive_;
  grant_next();
}

void ScriptPool::drop(Lease worker) {
  worker.reset();
  --alive_;
  grant_next();
}

Task<Result<Value>> ScriptPool::run(Scope& scope, ScriptCall call) {
  const Shard::Outside outside(*shard_);
  const std::string message = encode(script::Call{.source = std::move(call.source),
                                                  .input = std::move(call.input),
                                                  .readers = std::move(call.readers),
                                                  .output = options_.limits.output});
  if (message.size() > options_.limits.memory) {
    co_return of_answer(Answer{.kind = Answer::Kind::memory}, options_.limits);
  }
  auto lease = co_await take(scope);
  if (!lease) co_return lease.error();
  Lease worker = std::move(*lease);
  auto frame =
      co_await worker->exchange(scope, message, options_.limits.output + script::kFrameOverhead);
  if (!frame) {
    co_await worker->end(scope);
    const bool ended = frame.error().kind() == ErrorKind::unavailable;
    const Error error = ended ? ended_by_itself(*worker) : frame.error();
    drop(std::move(worker));
    co_return error;
  }
  auto answer = script::decode_answer(*frame);
  if (answer && answer->kind != Answer::Kind::memory && worker->calls() < options_.limits.calls) {
    keep(std::move(worker));
  } else {
    co_await worker->end(scope);
    drop(std::move(worker));
  }
  if (!answer) co_return answer.error();
  if (answer->kind != Answer::Kind::value) co_return of_answer(*answer, options_.limits);
  co_return returned_value(*answer);
}

}  // namespace millrace
