#include "cli/session_run.h"

#include <csignal>
#include <cstdlib>
#include <memory>

#include "base/random.h"
#include "cli/exit_status.h"
#include "cli/run_prompts.h"
#include "scope/signals.h"
#include "service/excerpt.h"
#include "service/session_input.h"

namespace millrace {
namespace {

std::optional<Limit> session_limit(const SessionRun& run) {
  const Nanos length = run.settings.session_timeout;
  if (length == Nanos{0} || (run.limit && run.limit->length <= length)) return run.limit;
  return Limit{length, "setting session.timeout"};
}

SessionOptions session_options(const SessionRun& run) {
  SessionOptions options;
  options.limit = session_limit(run);
  options.machine.first_step = run.first_step;
  options.machine.fuel = run.settings.step;
  options.machine.limits = run.settings.session;
  options.trace = run.settings.trace;
  if (!run.trace) options.trace.frames = 0;
  options.follower = run.follower;
  options.facts = session_facts();
  return options;
}

class Runner {
 public:
  Runner(Shard& shard, const SessionRun& run, RunOutcome& outcome)
      : shard_(shard), run_(run), outcome_(outcome), random_(Random::from_system()) {}

  Task<void> operator()(Scope& main) {
    const SignalWatch signals(shard_, [this](int number) { interrupted(number); });
    Functions functions(shard_, function_options(run_.settings));
    const std::size_t before = shard_.live_scopes();
    {
      Scope holder(main, "run", ScopeOptions{.fail_fast = false});
      holder_ = &holder;
      if (run_.on_begin) run_.on_begin(holder);
      RunReport& report = outcome_.report;
      report.workflow = run_.plan->handle();
      report.traced = run_.trace;
      RunPrompts prompts(holder, run_);
      Sessions sessions(holder, functions, random_, run_.plans, &prompts);
      prompts.answer_for(sessions);
      Sessions::Start start{.plan = run_.plan, .scope = run_.scope};
      start.options = session_options(run_);
      start.receiver = [this](Scope& session, const SessionReport& finishing) -> Task<void> {
        if (run_.on_finishing) run_.on_finishing(finishing);
        outcome_.report.printed = co_await with_excerpts(session, without_facts(finishing.vars));
      };
      const TimePoint began = shard_.now();
      report.session = co_await run_session(holder, sessions, std::move(start));
      co_await join_within_limit(sessions, began);
      report.prompts = prompts.left_open();
      if (!has_ended(report.session.status)) report.session.status = Status::prompted;
      outcome_.left_over = prompts.left_over();
      holder_ = nullptr;
      co_await holder.close();
      // A signal that came during the last evaluation is told now: the loop looks, then it calls.
      for (int i = 0; i < 2; ++i) (void)co_await main.yield();
    }
    outcome_.report.scopes = shard_.live_scopes() - before;
  }

 private:
  // The limit is of the command: without one, workflows that begin one another would never end.
  Task<void> join_within_limit(Sessions& sessions, TimePoint began) {
    Timer timer(shard_, [&] {
      outcome_.report.cut_off = sessions.size();
      sessions.cancel_all(StopCause::user, run_.limit->setter);
    });
    if (run_.limit) timer.arm(began + run_.limit->length);
    co_await sessions.join();
  }

  void interrupted(int number) {
    if (outcome_.signal != 0) std::_Exit(kExitSignal + number);
    outcome_.signal = number;
    const std::string name = number == SIGINT ? "SIGINT" : "SIGTERM";
    if (holder_ != nullptr) holder_->cancel(StopCause::user, "interrupted (" + name + ")");
  }

  Shard& shard_;
  const SessionRun& run_;
  RunOutcome& outcome_;
  Random random_;
  Scope* holder_ = nullptr;
};

}  // namespace

RunOutcome run_in_process(Shard& shard, const SessionRun& run) {
  RunOutcome outcome;
  Runner runner(shard, run, outcome);
  shard.run([&runner](Scope& main) -> Task<void> { co_await runner(main); });
  return outcome;
}

}  // namespace millrace
