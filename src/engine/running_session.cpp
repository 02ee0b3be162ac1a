#include "engine/running_session.h"

#include <fmt/format.h>

#include <new>
#include <utility>

#include "base/wall_time.h"
#include "engine/replace_readers.h"

namespace millrace {
namespace {

Variables starting_variables(const Plan& plan, const Dict& given, const Dict& facts) {
  Variables scope = plan.initial_variables();
  scope.merge(given);
  scope.merge(facts);
  return scope;
}

std::optional<Limit> earlier(std::optional<Limit> a, std::optional<Limit> b) {
  if (!a) return b;
  if (!b) return a;
  return b->length < a->length ? b : a;
}

std::unique_ptr<Trace> trace_for(std::uint64_t session, const SessionOptions& options,
                                 const Clock& clock) {
  const TraceLimits& limits = options.trace;
  if (limits.frames == 0 && limits.steps == 0 && !options.follower.exists()) return {};
  return std::make_unique<Trace>(limits, clock, options.follower,
                                 Trace::Origin{session, options.caller});
}

}  // namespace

RunningSession::RunningSession(Sessions& all, Scope& owner, std::uint64_t id, const Moment& now,
                               Sessions::Start start)
    : all_(all),
      owner_(owner),
      id_(id),
      start_(std::move(start)),
      began_(now.now),
      trace_(trace_for(id, start_.options, owner.shard().clock())),
      owned_machine_(std::make_unique<SessionMachine>(start_.plan, start_.options.machine,
                                                      all.random_.bits(), trace_.get())) {
  const PlanLimits& limits = plan().limits();
  if (limits.timeout) {
    start_.options.limit =
        earlier(std::move(start_.options.limit),
                Limit{*limits.timeout, "limits.timeout of workflow \"" + plan().handle() + "\""});
  }
  auto started = machine_.start(
      starting_variables(plan(), std::exchange(start_.scope, {}), start_.options.facts));
  if (!started) machine_.abort(Status::failed, started.error());
  recorder_ = recorder_for(image_of_start(now));
}

RunningSession::RunningSession(Sessions& all, Scope& owner, const Moment& now,
                               Sessions::Resume resume)
    : all_(all),
      owner_(owner),
      id_(resume.session),
      start_(std::move(resume.start)),
      began_(on_monotonic(resume.image.began, now)),
      owned_machine_(std::move(resume.machine)) {
  start_.options.limit = resume.image.limit;
  start_.options.facts = resume.image.facts;
  start_.options.caller = resume.image.caller;
  restored_ = std::move(resume.readers);
  resume.image.frontier.clear();
  recorder_ = recorder_for(resume.image);
  if (recorder_) recorder_->restore(resume.image, restored_);
  began_before_ = machine_.all_waiting();
  drop_unknown_fates();
}

RunningSession::~RunningSession() = default;

// From here on whatever stops the owner, or the session's own limit, reaches it.
void RunningSession::make_scopes() {
  if (session_) return;
  session_ = std::make_unique<Scope>(owner_, "session " + std::to_string(id_),
                                     ScopeOptions{.fail_fast = false});
  ScopeOptions options{.fail_fast = false};
  if (start_.options.limit) options.deadline = Deadline::in(began_, *start_.options.limit);
  work_ = std::make_unique<Scope>(*session_, "work", std::move(options));
  if (work_->stopped()) {
    all_.queue(*this);
  } else {
    work_->add_hook(*this);
  }
}

void RunningSession::on_stop(const Stop& /*stop*/) noexcept { all_.queue(*this); }

void RunningSession::turn(std::size_t budget, const Moment& now) {
  if (finishing_) return;
  bool more = false;
  if (canceled_ || left_as_ || owner_.stopped()) {
    const Error why = canceled_          ? to_error(*canceled_, "running")
                      : owner_.stopped() ? to_error(*owner_.stopped(), "running")
                                         : Error(ErrorKind::canceled, "left");
    note_what_is_stopped();
    machine_.abort(Status::canceled, why);
  } else {
    look_at_limits(now.now);
    more = advance(now, budget);
  }
  perform();
  if (has_ended(machine_.status())) return finish(now.now);
  record();
  if (more) return all_.queue(*this);
  make_scopes();
}

// For the receipt of whoever cancels it.
void RunningSession::note_what_is_stopped() {
  for (const std::uint64_t id : machine_.all_waiting()) {
    const State* state = machine_.waiting(id);
    const bool is_call = std::holds_alternative<CallEffect>(state->effect->what);
    report_.stopped.push_back({.step = plan().step(state->step).id,
                               .execution = state->execution,
                               .what = name_of(state->effect->what),
                               .may_have_effect = is_call && acting_.contains(id)});
  }
}

// What is thrown in a turn, for want of memory or because of a bug, ends this session and no other.
bool RunningSession::advance(const Moment& now, std::size_t budget) {
  try {
    return machine_.advance(now, budget);
  } catch (const std::bad_alloc&) {
    machine_.abort(Status::failed,
                   Error(ErrorKind::exhausted,
                         "the process has no memory left for the session's variables: let it have "
                         "more, or sessions less (setting session.memory, limits.memory)"));
  } catch (const std::exception& thrown) {
    machine_.abort(Status::failed,
                   Error(ErrorKind::bug, fmt::format("a step ended in \"{}\"", thrown.what())));
  }
  return false;
}

// A limit that has passed strikes what is ready; what waits is struck in its own scope.
void RunningSession::look_at_limits(TimePoint now) {
  if (!work_) {
    const auto& limit = start_.options.limit;
    if (!limit || now - began_ < limit->length) return;
    make_scopes();
  }
  if (!cleanup_) {
    auto within = work_->check();
    if (within || session_->stopped()) return;
    cleanup_ = std::make_unique<Scope>(
        *session_, "cleanup",
        ScopeOptions{
            .limit = Limit{plan().limits().cleanup, "the session's clean-up (limits.cleanup)"},
            .fail_fast = false});
    cleanup_->add_hook(*this);
    machine_.strike(within.error());
    strike_waiting();
    return;
  }
  if (auto within = cleanup_->check(); !within) machine_.abort(Status::failed, within.error());
}

// Delays and prompts that are no tasks have no scope that would be struck.
void RunningSession::strike_waiting() {
  for (const std::uint64_t id : machine_.all_waiting()) {
    const auto at = acting_.find(id);
    if (at == acting_.end()) {
      // It was to begin once that is durable.
      if (machine_.waiting(id)->in_cleanup) continue;
      std::erase(held_, id);
      std::erase(being_recorded_, id);
      deliver(id, to_error(*work_->stopped(), "waiting for the journal"));
      continue;
    }
    if (at->second.in_cleanup) continue;
    const Acting& acting = at->second;
    if (acting.is_task || acting.child != 0) continue;
    const std::string_view doing =
        acting.is_prompt ? "waiting for an answer" : "waiting for its time";
    deliver(id, to_error(*work_->stopped(), doing));
  }
}

void RunningSession::cancel(StopCause cause, std::string reason) {
  if (canceled_ || finishing_) return;
  canceled_ = Stop{cause, std::move(reason)};
  if (session_) session_->stop(*canceled_);
  all_.queue(*this);
}

void RunningSession::leave() {
  if (finishing_) {
    gives_up_ = true;
    if (waits_to_end_) leave_without_end();
    return;
  }
  if (left_as_ || canceled_) return;
  left_as_ = machine_.status();
  all_.queue(*this);
}

void RunningSession::finish(TimePoint now) {
  finishing_ = true;
  TurnHook::unlink();
  report(now);
  if (start_.receiver) make_scopes();
  if (!session_ || close_at_once()) return end();
  ++all_.acting_;
  owner_.start("end of session " + std::to_string(id_),
               [this](Scope& /*task*/) -> Task<Result<void>> {
                 co_await close();
                 --all_.acting_;
                 end();
                 co_return Result<void>();
               });
}

// Where nothing of it runs any more, and its result holds no body that goes to another session.
bool RunningSession::close_at_once() {
  const bool is_idle = acting_.empty() && work_->tasks() == 0 && session_->tasks() == 0 &&
                       (!cleanup_ || cleanup_->tasks() == 0);
  const bool has_result = report_.status == Status::completed && (start_.heir || recorder_);
  if (!is_idle || start_.receiver || (has_result && !readers_in(report_.vars).empty()))
    return false;
  work_->close_at_once(StopCause::finished, "the session has ended");
  if (cleanup_) cleanup_->close_at_once(StopCause::finished, "the session has ended");
  return session_->close_at_once();
}

Task<void> RunningSession::close() {
  work_->cancel(StopCause::finished, "the session has ended");
  if (cleanup_) cleanup_->cancel(StopCause::finished, "the session has ended");
  // Sessions that it runs are in its scopes, and no tasks of these while they only wait.
  if (!acting_.empty()) {
    quiet_.reset();
    co_await session_->wait_for_end(quiet_, "what it has begun");
  }
  co_await work_->close();
  if (cleanup_) co_await cleanup_->close();
  const bool has_result = report_.status == Status::completed;
  if (has_result && start_.heir != nullptr) co_await hand_over_bodies(*start_.heir);
  if (start_.receiver) co_await start_.receiver(*session_, report_);
  if (has_result && recorder_) co_await keep_beginnings();
  co_await session_->close();
}

void RunningSession::report(TimePoint now) {
  report_.id = id_;
  report_.status = left_as_.value_or(machine_.status());
  if (report_.status == Status::completed) report_.vars = machine_.result().to_dict();
  if (!left_as_) report_.failure = machine_.failure();
  report_.elapsed = now - began_;
  if (!trace_) return;
  report_.steps = trace_->steps();
  report_.all_steps_recorded = trace_->kept_all_steps();
  report_.frames = trace_->frames();
  report_.all_frames_recorded = trace_->kept_all_frames();
}

// Once all is closed. A session that is left stays in the journal as it is.
void RunningSession::end() {
  if (recorder_ && !left_as_) return record_end_and_leave();
  if (recorder_ && recorder_->is_writing()) {
    leaves_when_written_ = true;
    return;
  }
  leave_memory();
}

// The last that is done: the session is gone after it.
void RunningSession::leave_memory() {
  auto ended = std::move(start_.ended);
  SessionReport last = std::move(report_);
  SessionFollower* const follower = all_.follower_;
  all_.erase(*this);
  if (follower != nullptr) follower->left(last);
  if (ended) ended(std::move(last));
}

}  // namespace millrace
