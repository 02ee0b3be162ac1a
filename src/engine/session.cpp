#include "engine/session.h"

#include <map>
#include <memory>
#include <utility>

namespace millrace {
namespace {

// Step executions between two looks at what else happens on the shard.
constexpr std::size_t kStepsPerTurn = 256;

class Driver {
 public:
  Driver(Scope& session, SessionMachine& machine, Effects& effects, std::optional<Limit> limit,
         Nanos cleanup)
      : session_(session),
        machine_(machine),
        effects_(effects),
        cleanup_limit_(cleanup),
        work_(std::make_unique<Scope>(
            session, "work", ScopeOptions{.limit = std::move(limit), .fail_fast = false})) {}

  Task<void> drive() {
    while (machine_.status() == Status::running) {
      if (session_.stopped()) {
        machine_.abort(Status::canceled, to_error(*session_.stopped(), "running"));
        break;
      }
      // Before anything runs: what arrives from here on, even while effects begin, is not missed.
      arrived_.reset();
      look_at_limits();
      const bool more = machine_.advance(kStepsPerTurn);
      perform();
      if (machine_.status() != Status::running) break;
      if (more) {
        co_await session_.yield();
      } else {
        co_await session_.wait(arrived_, "its steps");
      }
    }
    for (const auto& [state, scope] : running_)
      scope->cancel(StopCause::finished, "the session has ended");
    co_await work_->close();
    if (cleanup_) co_await cleanup_->close();
  }

 private:
  // A limit that has passed strikes what is ready; what waits is struck in its own scope.
  void look_at_limits() {
    if (!cleanup_) {
      auto within = work_->check();
      if (within || session_.stopped()) return;
      cleanup_ = std::make_unique<Scope>(
          session_, "cleanup",
          ScopeOptions{.limit = Limit{cleanup_limit_, "the session's clean-up (limits.cleanup)"},
                       .fail_fast = false});
      machine_.strike(within.error());
      return;
    }
    if (auto within = cleanup_->check(); !within) machine_.abort(Status::failed, within.error());
  }

  void perform() {
    for (const std::uint64_t state : machine_.take_dropped()) {
      const auto at = running_.find(state);
      if (at != running_.end()) at->second->cancel(StopCause::finished, "its branch has ended");
    }
    for (Effect& effect : machine_.take_effects()) begin(std::move(effect));
  }

  void begin(Effect effect) {
    Scope& scope = effect.in_cleanup && cleanup_ ? *cleanup_ : *work_;
    const PlanStep& step = machine_.plan().step(effect.step);
    ScopeOptions options;
    if (step.timeout) options.limit = Limit{*step.timeout, "limits.timeout of step " + step.id};
    auto shared = std::make_shared<Effect>(std::move(effect));
    scope.start(
        "step " + step.id,
        [this, shared](Scope& inside) -> Task<Result<void>> {
          running_[shared->state] = &inside;
          EffectResult result = co_await perform_one(inside, *shared);
          running_.erase(shared->state);
          machine_.deliver(shared->state, std::move(result));
          arrived_.set();
          co_return Result<void>();
        },
        std::move(options));
  }

  Task<EffectResult> perform_one(Scope& scope, Effect& effect) {
    if (auto* call = std::get_if<CallEffect>(&effect.what)) {
      auto called = co_await effects_.call(scope, session_, std::move(call->call));
      if (!called) co_return called.error();
      co_return std::move(*called);
    }
    if (auto* drain = std::get_if<DrainEffect>(&effect.what)) {
      auto drained = co_await effects_.drain(scope, drain->reader);
      if (!drained) co_return drained.error();
      co_return std::monostate();
    }
    if (auto* line = std::get_if<LineEffect>(&effect.what)) {
      Loop& loop = *line->loop;
      if (!loop.lines) loop.lines = effects_.lines(loop.stream);
      auto next = co_await loop.lines->next(scope);
      if (!next) co_return next.error();
      co_return std::move(*next);
    }
    // Counted from its beginning: what is still arriving may take longer than the delay itself.
    auto settled = co_await effects_.settle(scope, session_);
    if (!settled) co_return settled.error();
    auto slept = co_await scope.sleep_until(std::get<DelayEffect>(effect.what).until,
                                            "waiting for its time");
    if (!slept) co_return slept.error();
    co_return std::monostate();
  }

  Scope& session_;
  SessionMachine& machine_;
  Effects& effects_;
  Nanos cleanup_limit_;
  std::unique_ptr<Scope> work_;
  std::unique_ptr<Scope> cleanup_;
  std::map<std::uint64_t, Scope*> running_;  // by state
  Event arrived_;
};

std::optional<Limit> earlier(std::optional<Limit> a, std::optional<Limit> b) {
  if (!a) return b;
  if (!b) return a;
  return b->length < a->length ? b : a;
}

SessionReport report_of(const SessionMachine& machine) {
  SessionReport report;
  report.status = machine.status();
  if (report.status == Status::completed) report.vars = machine.result().to_dict();
  report.failure = machine.failure();
  report.steps = machine.recorded();
  report.all_steps_recorded = machine.recorded_all();
  report.frames = machine.trace().frames();
  report.all_frames_recorded = machine.trace().kept_all();
  return report;
}

}  // namespace

Task<SessionReport> run_session(Scope& parent, Ref<const Plan> plan, Variables scope,
                                Effects& effects, Random& random, SessionOptions options,
                                ResultReceiver receiver) {
  const TimePoint began = parent.shard().now();
  Scope session(parent, options.name, ScopeOptions{.fail_fast = false});
  std::optional<Limit> of_plan;
  if (plan->limits().timeout) {
    of_plan =
        Limit{*plan->limits().timeout, "limits.timeout of workflow \"" + plan->handle() + "\""};
  }
  SessionReport report;
  {
    SessionMachine machine(plan, parent.shard().clock(), random, std::move(options.machine));
    auto started = machine.start(std::move(scope));
    if (!started) machine.abort(Status::failed, started.error());
    Driver driver(session, machine, effects, earlier(std::move(options.limit), std::move(of_plan)),
                  plan->limits().cleanup);
    co_await driver.drive();
    report = report_of(machine);
    report.elapsed = parent.shard().now() - began;
    co_await receiver(session, report);
  }
  co_await session.close();
  co_return report;
}

}  // namespace millrace
