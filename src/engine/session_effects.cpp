// How a running session performs the effects that its machine asks for: calls, reading and whatever
// has a limit of its own as tasks in scopes; delays as timers; prompts and other workflows by being
// told of their end.
#include <fmt/format.h>

#include <exception>
#include <utility>

#include "base/wall_time.h"
#include "engine/running_session.h"
#include "engine/session_job.h"

namespace millrace {
namespace {

// What a workflow that runs another sees of its end.
EffectResult outcome_of(SessionReport report, const Plan& plan) {
  if (report.status == Status::completed) return std::move(report.vars);
  if (!report.failure) {
    return Error(ErrorKind::canceled, fmt::format("workflow \"{}\" was left", plan.handle()));
  }
  const Failure& failure = *report.failure;
  std::string where = fmt::format("workflow \"{}\"", plan.handle());
  if (failure.step) where += ", step " + plan.step(*failure.step).id;
  return failure.error.with_message(where + ": " + failure.error.message());
}

Dict session_id(std::uint64_t session) {
  return {{"sessionID", Value::unsigned_integer(session).with_type(Type::ID)}};
}

}  // namespace

void RunningSession::perform() {
  for (const std::uint64_t id : machine_.take_dropped()) drop(id);
  for (const std::uint64_t id : machine_.take_effects()) {
    const State* state = machine_.waiting(id);
    const bool needs_record = recorder_ && state != nullptr &&
                              (begins_only_once(plan(), *state) || is_keyed(plan(), *state));
    if (needs_record) {
      held_.push_back(id);
    } else {
      begin(id);
    }
  }
}

void RunningSession::begin(std::uint64_t id) {
  const State* state = machine_.waiting(id);
  if (state == nullptr) return;
  changed_ = true;
  make_scopes();
  const Effect& effect = *state->effect;
  const bool is_bound = effect.of_step || effect.of_loop;
  const auto is_settled = [this] { return all_.effects_.is_settled(*session_); };
  if (std::holds_alternative<DelayEffect>(effect.what) && !is_bound && is_settled()) {
    begin_delay(id, *state);
  } else if (std::holds_alternative<PromptEffect>(effect.what)) {
    begin_prompt(id, *state);
  } else if (std::holds_alternative<ExecEffect>(effect.what) && !is_bound && !began_before(id)) {
    begin_child(id, *state);
  } else {
    begin_task(id, *state);
  }
}

RunningSession::Acting& RunningSession::add_acting(std::uint64_t id, const State& state) {
  Acting& acting = acting_[id];
  acting.in_cleanup = state.in_cleanup;
  const auto& what = state.effect->what;
  acting.is_prompt = std::holds_alternative<PromptEffect>(what);
  if (acting.is_prompt) {
    ++all_.prompts_;
  } else if (!std::holds_alternative<ExecEffect>(what)) {
    acting.counts = true;
    ++all_.acting_;
  }
  acting.is_call = std::holds_alternative<CallEffect>(what);
  if (acting.is_call) ++all_.calls_;
  return acting;
}

// Nobody waits for it any more: what can be stopped at once is, the rest is told to end.
void RunningSession::drop(std::uint64_t id) {
  const auto at = acting_.find(id);
  if (at == acting_.end()) return;
  Acting& acting = at->second;
  acting.is_dropped = true;
  if (acting.is_prompt) withdraw(id, acting);
  if (acting.child != 0) {
    all_.cancel(acting.child, StopCause::finished, "the branch that runs it has ended");
  } else if (!acting.is_task) {
    release(id);
  } else if (acting.scope != nullptr) {
    acting.scope->cancel(StopCause::finished, "its branch has ended");
  }
}

// It needs no answer any more; what is left to do of it is acting as anything else is.
void RunningSession::close_prompt(Acting& prompt) {
  prompt.is_prompt = false;
  --all_.prompts_;
  prompt.counts = true;
  ++all_.acting_;
}

void RunningSession::withdraw(std::uint64_t id, Acting& prompt) {
  close_prompt(prompt);
  if (all_.follower_ != nullptr) all_.follower_->withdrawn(id_, id);
}

void RunningSession::release(std::uint64_t id) {
  const auto at = acting_.find(id);
  if (at == acting_.end()) return;
  if (at->second.is_prompt) withdraw(id, at->second);
  if (at->second.counts) --all_.acting_;
  if (at->second.is_call) --all_.calls_;
  acting_.erase(at);
  if (acting_.empty()) quiet_.set();
}

void RunningSession::deliver(std::uint64_t id, EffectResult result) {
  if (const auto at = acting_.find(id); at != acting_.end() && at->second.kept) {
    tell_when_kept(std::move(at->second.kept));
  }
  release(id);
  std::erase(began_before_, id);
  machine_.deliver(id, std::move(result));
  changed_ = true;
  if (!finishing_) all_.queue(*this);
}

ScopeOptions RunningSession::options_for(const Effect& effect) const {
  ScopeOptions options;
  const Moment now = moment_of(owner_.shard().clock());
  for (const auto& bound : {effect.of_step, effect.of_loop}) {
    if (!bound) continue;
    const Deadline deadline = Deadline::in(on_monotonic(bound->began, now), bound->limit);
    options.deadline = Deadline::earlier(options.deadline, deadline);
  }
  return options;
}

void RunningSession::begin_task(std::uint64_t id, const State& state) {
  auto job = std::make_shared<Job>();
  job->effect = *state.effect;
  job->step = plan().step(state.step).id;
  job->execution = state.execution;
  if (std::holds_alternative<CallEffect>(job->effect.what)) {
    job->call = call_of(plan(), state);
    job->call.session = id_;
    note_repeating(state, *job);
  }
  job->loop = state.loop;
  job->may_have_begun = began_before(id);
  Acting& acting = add_acting(id, state);
  acting.is_task = true;
  if (acting.is_prompt) {
    acting.take_answer = [job](Dict input) {
      job->answer = std::move(input);
      job->answered.set();
    };
  }
  Scope& scope = state.in_cleanup && cleanup_ ? *cleanup_ : *work_;
  scope.start(
      "step " + job->step,
      [this, id, job](Scope& inside) -> Task<Result<void>> {
        Acting& self = acting_.at(id);
        self.scope = &inside;
        if (self.is_dropped) inside.cancel(StopCause::finished, "its branch has ended");
        EffectResult result;
        try {
          result = co_await perform_one(inside, *job);
        } catch (const std::exception& thrown) {
          // Nobody else would tell the session that this is over.
          result = Error(ErrorKind::bug, fmt::format("a function ended in \"{}\"", thrown.what()));
        }
        deliver(id, std::move(result));
        co_return Result<void>();
      },
      options_for(job->effect));
}

void RunningSession::begin_delay(std::uint64_t id, const State& state) {
  Shard& shard = owner_.shard();
  const WallTime until = std::get<DelayEffect>(state.effect->what).until;
  Acting& acting = add_acting(id, state);
  acting.timer = std::make_unique<Timer>(shard, [this, id] { deliver(id, std::monostate()); });
  acting.timer->arm(on_monotonic(until, moment_of(shard.clock())));
}

OpenPrompt RunningSession::prompt_of(std::uint64_t id, const State& state) const {
  const PlanStep& step = plan().step(state.step);
  return {.session = id_,
          .state = id,
          .workflow = plan().handle(),
          .step = step.id,
          .ref = step.ref,
          .payload = std::get<PromptEffect>(state.effect->what).arguments};
}

// As a task where it has a limit, or where bodies are still arriving.
void RunningSession::begin_prompt(std::uint64_t id, const State& state) {
  const Effect& effect = *state.effect;
  const OpenPrompt prompt = prompt_of(id, state);
  if (effect.of_step || effect.of_loop || !all_.effects_.is_settled(*session_)) {
    begin_task(id, state);
  } else {
    add_acting(id, state);
  }
  if (all_.follower_ != nullptr) all_.follower_->prompted(prompt);
}

bool RunningSession::answer(std::uint64_t state, Dict input, std::function<void()> kept) {
  const auto at = acting_.find(state);
  if (at == acting_.end() || !at->second.is_prompt || at->second.is_dropped || finishing_) {
    return false;
  }
  close_prompt(at->second);
  at->second.kept = std::move(kept);
  if (at->second.take_answer) {
    at->second.take_answer(std::move(input));
  } else {
    deliver(state, std::move(input));
  }
  return true;
}

void RunningSession::collect_prompts(std::vector<OpenPrompt>& into) const {
  for (const auto& [id, acting] : acting_) {
    const State* state = machine_.waiting(id);
    if (acting.is_prompt && state != nullptr) into.push_back(prompt_of(id, *state));
  }
}

// How the step at which `exec` stands begins the workflow that it names.
Result<Sessions::Start> RunningSession::child_of(const ExecEffect& exec, std::string_view step,
                                                 std::uint64_t execution) const {
  if (all_.plans_ == nullptr) {
    return Error(ErrorKind::not_found,
                 fmt::format("there is no workflow \"{}\" here", exec.workflow));
  }
  const std::uint64_t most = start_.options.machine.limits.sessions;
  if (all_.size() >= most) {
    return Error(ErrorKind::exhausted,
                 fmt::format("{} sessions run here already, the limit (setting session.sessions)",
                             all_.size()));
  }
  MILLRACE_TRY_ASSIGN(plan_found, all_.plans_->find(exec.workflow));
  Sessions::Start start{.plan = plan_found, .scope = exec.scope};
  SessionOptions& options = start.options;
  options.machine = start_.options.machine;
  options.machine.first_step.clear();
  options.machine.depth = exec.wait ? machine_.depth() + 1 : 0;
  options.follower = start_.options.follower;
  options.caller = SessionOptions::Caller{id_, execution, exec.wait};
  if (recorder_) start.recording = recording_of_child(execution);
  options.facts = start_.options.facts;
  if (exec.timeout) {
    // The error shows in the workflow that is run, which has steps of its own.
    options.limit = Limit{*exec.timeout, fmt::format("argument \"timeout\" of step {} of workflow "
                                                     "\"{}\"",
                                                     step, plan().handle())};
  }
  if (exec.wait) start.heir = session_.get();
  return start;
}

// It belongs to nobody here: its end is for whoever follows the sessions.
EffectResult RunningSession::begin_detached(Sessions::Start start) {
  start.ended = [&all = all_, plan = start.plan](const SessionReport& report) {
    if (all.follower_ != nullptr) all.follower_->ended(*plan, report);
  };
  const std::uint64_t child = all_.start(all_.home_, std::move(start));
  return session_id(child);
}

void RunningSession::begin_child(std::uint64_t id, const State& state) {
  const auto& exec = std::get<ExecEffect>(state.effect->what);
  auto start = child_of(exec, plan().step(state.step).id, state.execution);
  if (!start || !exec.wait) {
    EffectResult result = start ? begin_detached(std::move(*start)) : EffectResult(start.error());
    machine_.deliver(id, std::move(result));
    all_.queue(*this);
    return;
  }
  start->ended = [this, id, plan = start->plan](SessionReport report) {
    deliver(id, outcome_of(std::move(report), *plan));
  };
  Scope& owner = state.in_cleanup && cleanup_ ? *cleanup_ : *work_;
  Acting& acting = add_acting(id, state);
  acting.child = all_.start(owner, std::move(*start));
}

Task<EffectResult> RunningSession::run_workflow(Scope& step, const Job& job) {
  const auto& exec = std::get<ExecEffect>(job.effect.what);
  auto start = child_of(exec, job.step, job.execution);
  if (!start) co_return start.error();
  const Ref<const Plan> plan = start->plan;
  if (job.may_have_begun && all_.earlier_ != nullptr && recorder_) {
    auto earlier = co_await all_.earlier_->join(step, *start, exec.wait);
    if (!earlier) co_return earlier.error();
    if (*earlier && exec.wait) co_return outcome_of(std::move(**earlier), *plan);
    if (*earlier) co_return session_id((*earlier)->id);
  }
  if (!exec.wait) co_return begin_detached(std::move(*start));
  SessionReport report = co_await run_session(step, all_, std::move(*start));
  co_return outcome_of(std::move(report), *plan);
}

Task<EffectResult> RunningSession::perform_one(Scope& scope, Job& job) {
  Effects& effects = all_.effects_;
  if (std::holds_alternative<CallEffect>(job.effect.what)) {
    auto called = co_await call(scope, job);
    if (!called) co_return called.error();
    co_return std::move(*called);
  }
  if (auto* drain = std::get_if<DrainEffect>(&job.effect.what)) {
    auto drained = co_await effects.drain(scope, drain->reader);
    if (!drained) co_return drained.error();
    co_return std::monostate();
  }
  if (std::holds_alternative<LinesEffect>(job.effect.what)) {
    Loop& loop = *job.loop;
    if (!loop.lines) loop.lines = effects.lines(loop.stream, loop.read);
    auto lines = co_await loop.lines->next(scope);
    if (!lines) co_return lines.error();
    co_return std::move(*lines);
  }
  if (std::holds_alternative<ExecEffect>(job.effect.what)) {
    co_return co_await run_workflow(scope, job);
  }
  // Counted from its beginning: what is still arriving may take longer than the wait itself.
  auto settled = co_await effects.settle(scope, *session_);
  if (!settled) co_return settled.error();
  if (auto* delay = std::get_if<DelayEffect>(&job.effect.what)) {
    const TimePoint until = on_monotonic(delay->until, moment_of(scope.shard().clock()));
    auto slept = co_await scope.sleep_until(until, "waiting for its time");
    if (!slept) co_return slept.error();
    co_return std::monostate();
  }
  auto answered = co_await scope.wait(job.answered, "waiting for an answer");
  if (!answered) co_return answered.error();
  co_return std::move(*job.answer);
}

}  // namespace millrace
