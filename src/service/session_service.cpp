#include "service/session_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/session_image.h"
#include "service/excerpt.h"
#include "service/session_input.h"
#include "value/pack.h"

namespace millrace {
namespace {

Error unknown_session(std::uint64_t session) {
  return {ErrorKind::not_found,
          fmt::format("there is no session {}: it has been removed, or never was", session)};
}

Error goes_on_later(std::uint64_t session) {
  return {ErrorKind::unavailable,
          fmt::format("the server is stopping: session {} goes on when it starts again", session)};
}

// In seconds; what is kept for longer is kept for a century.
constexpr std::uint64_t kLongest = 100ULL * 366 * 86'400;

bool waits_for_end(const ExecRequest& exec, const Plan& plan) {
  return exec.wait || (!exec.async && !plan.deferred());
}

std::string start_key_of(const Plan& plan, const std::string& key) {
  return key.empty() ? std::string() : fmt::format("exec {}: {}", plan.handle(), key);
}

// What was stored of its end, as if it had ended here.
Executed executed_of(SessionView view, Ref<const Plan> plan) {
  Executed executed{.plan = std::move(plan), .report = {}};
  SessionReport& report = executed.report;
  report.id = view.record.session;
  report.status = status_of(view.record.status);
  executed.has_ended = has_ended(report.status);
  if (view.output) report.vars = std::move(*view.output);
  if (view.error) {
    report.failure = Failure{*view.error, executed.plan->find_step(view.error_step)};
  }
  return executed;
}

}  // namespace

// Shared by a request and what the session tells, whichever lasts longer.
struct SessionService::Waiting {
  Event event;  // something of the following is there
  std::optional<Result<void>> started;
  std::optional<SessionReport> report;
  Dict printed;  // the result, with beginnings of its readers
  bool is_kept = false;
};

SessionService::SessionService(Scope& home, Sessions& sessions, Recovery& recovery,
                               Journal& journal, WorkflowCatalog& catalog,
                               SessionServiceOptions options)
    : home_(home),
      sessions_(sessions),
      recovery_(recovery),
      journal_(journal),
      catalog_(catalog),
      options_(std::move(options)) {}

void SessionService::left(const SessionReport& report) {
  begun_.erase(report.id);
  const auto [first, last] = waiting_.equal_range(report.id);
  for (auto at = first; at != last; ++at) {
    if (const auto waiting = at->second.lock()) {
      waiting->report = report;
      waiting->event.set();
    }
  }
  waiting_.erase(first, last);
}

std::shared_ptr<SessionService::Waiting> SessionService::watch(std::uint64_t session) {
  // Of those who wait no more: now and then, so that it takes no time to speak of.
  if (waiting_.size() > sweep_at_) {
    std::erase_if(waiting_, [](const auto& entry) { return entry.second.expired(); });
    sweep_at_ = 2 * waiting_.size() + 1'000;
  }
  auto waiting = std::make_shared<Waiting>();
  waiting_.emplace(session, waiting);
  return waiting;
}

Result<Sessions::Start> SessionService::start_of(const ExecRequest& exec, Ref<const Plan> plan,
                                                 const Workflow& workflow) const {
  if (workflow.enabled && !*workflow.enabled) {
    return Error(ErrorKind::conflict,
                 fmt::format("workflow \"{}\" is disabled", workflow.handle.text));
  }
  if (!exec.step.empty() && !plan->find_step(exec.step)) {
    return Error(ErrorKind::not_found,
                 fmt::format("workflow \"{}\" has no step {}", plan->handle(), exec.step));
  }
  const std::uint64_t most = options_.machine.limits.sessions;
  if (sessions_.size() >= most) {
    return Error(
        ErrorKind::exhausted,
        fmt::format("{} sessions run here already, the limit (setting session.sessions)", most));
  }
  MILLRACE_TRY_ASSIGN(input, typed_input(*plan, exec.input));
  MILLRACE_TRY_ASSIGN(kept, settings::count(workflow.keep_sessions));
  Sessions::Start start{.plan = std::move(plan), .scope = std::move(input)};
  SessionOptions& options = start.options;
  options.machine = options_.machine;
  options.machine.first_step = exec.step;
  options.limit = options_.limit;
  if (exec.timeout && (!options.limit || *exec.timeout < options.limit->length)) {
    options.limit = Limit{*exec.timeout, "parameter \"timeout\" of exec"};
  }
  if (exec.trace) options.trace = options_.trace;
  options.facts = session_facts();
  Recording& recording = start.recording;
  recording.start_key = start_key_of(*start.plan, exec.key);
  recording.workflow_id = id_of(workflow);
  recording.kept = options_.kept;
  if (kept && *kept > 0) recording.kept = std::chrono::seconds(std::min(*kept, kLongest));
  return start;
}

Task<Result<Executed>> SessionService::exec(Scope& request, ExecRequest exec) {
  auto workflow = catalog_.find_workflow(exec.workflow);
  if (!workflow) co_return workflow.error();
  auto plan = catalog_.plan_of(**workflow);
  if (!plan) co_return plan.error();
  // Before anything that may keep a new one from beginning: this one has begun.
  if (!exec.key.empty()) {
    auto earlier = co_await journal_.find_start(request, start_key_of(**plan, exec.key));
    if (!earlier) co_return earlier.error();
    if (*earlier) co_return co_await join_earlier(request, exec, **earlier, *plan);
  }
  auto start = start_of(exec, *plan, **workflow);
  if (!start) co_return start.error();
  co_return co_await begin(request, exec, std::move(*start));
}

Task<Result<Executed>> SessionService::begin(Scope& request, const ExecRequest& exec,
                                             Sessions::Start start) {
  auto in_time = co_await request.wait(sessions_.on_time(), "the sessions that are there");
  if (!in_time) co_return in_time.error();
  const Ref<const Plan> plan = start.plan;
  const std::string key = start.recording.start_key;
  const bool waits = waits_for_end(exec, *plan);
  const bool from_start = !waits || !key.empty();
  auto waiting = std::make_shared<Waiting>();
  start.recording.from = from_start ? Recording::From::start : Recording::From::first_effect;
  start.recording.started = [waiting, waits](const Result<void>& durable) {
    waiting->started = durable;
    if (!waits || !durable) waiting->event.set();
  };
  if (waits) {
    start.receiver = [waiting](Scope& session, const SessionReport& finishing) -> Task<void> {
      waiting->printed = co_await with_excerpts(session, without_facts(finishing.vars));
    };
    start.ended = [waiting](SessionReport report) {
      waiting->report = std::move(report);
      waiting->event.set();
    };
  }
  SessionRecord record;
  record.workflow = plan->handle();
  record.workflow_id = start.recording.workflow_id;
  record.created = record.changed = home_.shard().clock().wall();
  const std::uint64_t id = sessions_.start(home_, std::move(start));
  record.session = id;
  begun_.emplace(id, std::move(record));

  auto waited = co_await request.wait(waiting->event, "the session");
  if (!waited && !waiting->event.is_set()) {
    if (request.stopped() && request.stopped()->cause == StopCause::user) {
      sessions_.cancel(id, StopCause::user, "its client has gone away (cancelOnDisconnect)");
      co_return waited.error();
    }
    co_return Error(ErrorKind::unavailable,
                    fmt::format("the server is stopping; session {} goes on at its next start, as "
                                "far as it had come to anything by now: ask for it then",
                                id))
        .caused_by(waited.error());
  }
  if (waiting->started && !*waiting->started) {
    const Error& why = waiting->started->error();
    if (why.kind() != ErrorKind::conflict || key.empty()) co_return why;
    // Another request with this key was a moment faster.
    auto earlier = co_await journal_.find_start(request, key);
    if (!earlier) co_return earlier.error();
    if (!*earlier) co_return why;
    co_return co_await join_earlier(request, exec, **earlier, plan);
  }
  Executed executed{.plan = plan, .report = {}};
  executed.report.id = id;
  if (!waits) co_return executed;
  executed.report = std::move(*waiting->report);
  executed.report.vars = std::move(waiting->printed);
  executed.has_ended = has_ended(executed.report.status);
  if (executed.has_ended) co_return executed;
  // It was left: what the journal has of it goes on.
  auto stored = co_await journal_.find(request, id);
  if (stored && *stored) co_return goes_on_later(id);
  co_return Error(ErrorKind::unavailable,
                  "the server is stopping: the session was stopped before anything of it was kept, "
                  "and does not go on");
}

// Who asks again for a session that was begun already is answered as the first one was.
Task<Result<Executed>> SessionService::join_earlier(Scope& request, const ExecRequest& exec,
                                                    std::uint64_t session, Ref<const Plan> plan) {
  while (true) {
    const auto waiting = watch(session);
    auto view = co_await find(request, session);
    if (!view) co_return view.error();
    Executed executed = executed_of(std::move(*view), plan);
    if (executed.has_ended || !waits_for_end(exec, *plan)) co_return executed;
    auto waited = co_await request.wait(waiting->event, "the session");
    if (!waited) co_return waited.error();
  }
}

Task<Result<SessionView>> SessionService::find(Scope& request, std::uint64_t session) {
  auto found = co_await journal_.find(request, session);
  if (!found) co_return found.error();
  if (*found) co_return view_of(std::move(**found));
  const auto begun = begun_.find(session);
  if (begun == begun_.end()) co_return unknown_session(session);
  co_return SessionView{.record = begun->second};
}

Task<Result<SessionViews>> SessionService::list(Scope& request, SessionQuery query) {
  // Of what is alive it is all that the session is, and nothing that is shown.
  query.with_payload =
      query.statuses.empty() || std::any_of(query.statuses.begin(), query.statuses.end(), &is_over);
  auto page = co_await journal_.list(request, std::move(query));
  if (!page) co_return page.error();
  SessionViews views;
  views.next = page->next;
  for (StoredSession& stored : page->sessions) {
    auto view = view_of(std::move(stored));
    if (!view) co_return view.error();
    views.sessions.push_back(std::move(*view));
  }
  co_return views;
}

Task<Result<CancelReceipt>> SessionService::cancel(Scope& request, std::uint64_t session) {
  auto woken = co_await recovery_.wake(request, session);
  if (!woken) co_return woken.error();
  CancelReceipt receipt;
  const bool was_there = sessions_.has(session);
  if (was_there) {
    // From here on: it may just have left memory and been brought back for this.
    const auto waiting = watch(session);
    sessions_.cancel(session, StopCause::user, "somebody asked for it");
    auto waited = co_await request.wait(waiting->event, "the end of the session");
    if (!waited && !waiting->event.is_set()) co_return waited.error();
    receipt.stopped = waiting->report->stopped;
  }
  auto view = co_await find(request, session);
  if (!view && was_there && view.error().kind() == ErrorKind::not_found) {
    // It had come to nothing that would have been recorded.
    view = SessionView{.record = {.session = session, .status = SessionStatus::canceled}};
  }
  if (!view) co_return view.error();
  if (view->record.status != SessionStatus::canceled) {
    co_return Error(ErrorKind::conflict, fmt::format("session {} cannot be canceled: it is {}",
                                                     session, to_string(view->record.status)));
  }
  receipt.session = std::move(*view);
  co_return receipt;
}

Task<Result<std::vector<PromptView>>> SessionService::prompts(Scope& request, PromptQuery query) {
  auto records = co_await journal_.prompts(request, query);
  if (!records) co_return records.error();
  std::vector<PromptView> views;
  for (PromptRecord& record : *records) {
    // One that cannot be shown can be answered all the same, and is no reason to show no other.
    auto payload = unpack(record.payload, {});
    views.push_back({std::move(record), payload && payload->has_dict() ? payload->dict() : Dict()});
  }
  co_return views;
}

Task<Result<void>> SessionService::answer(Scope& request, std::uint64_t session,
                                          std::uint64_t state, Dict input) {
  auto woken = co_await recovery_.wake(request, session);
  if (!woken) co_return woken.error();
  const auto waiting = std::make_shared<Waiting>();
  const bool is_taken = sessions_.answer(session, state, std::move(input), [waiting] {
    waiting->is_kept = true;
    waiting->event.set();
  });
  if (is_taken) waiting_.emplace(session, waiting);
  if (!is_taken) {
    auto view = co_await find(request, session);
    if (!view) co_return view.error();
    co_return Error(ErrorKind::conflict,
                    fmt::format("session {} waits for no answer at {}: it has been given, or its "
                                "branch or the session has ended",
                                session, state));
  }
  auto waited = co_await request.wait(waiting->event, "the answer to be durable");
  if (!waiting->is_kept) co_return waited ? goes_on_later(session) : waited.error();
  co_return Result<void>();
}

}  // namespace millrace
