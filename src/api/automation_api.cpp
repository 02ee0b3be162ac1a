#include "api/automation_api.h"

#include <fmt/format.h>

#include <utility>

#include "api/answers.h"
#include "api/json_parts.h"
#include "api/session_json.h"
#include "value/json.h"
#include "workflow/encode.h"
#include "workflow/write.h"

namespace millrace {
namespace {

using Answer = Result<ServerResponse>;

constexpr std::uint64_t kMostListed = 1000;

std::string workflow_json(const Workflow& workflow) {
  Workflow shown = workflow;
  shown.id.text = std::to_string(id_of(workflow));
  return to_json(encode_workflow(shown, Format::json));
}

// {"filter": {...}, "set": [...]}
std::string list_json(std::uint64_t limit, std::string_view next, std::string_view set) {
  std::string filter = fmt::format(R"({{"limit":{})", limit);
  if (!next.empty()) filter += fmt::format(R"(,"nextPage":{})", json_string(next));
  return fmt::format(R"({{"filter":{}}},"set":[{}]}})", filter, set);
}

template <class Items, class Json>
std::string joined(const Items& items, Json json) {
  std::string text;
  for (const auto& item : items) {
    if (!text.empty()) text += ',';
    text += json(item);
  }
  return text;
}

Result<std::uint64_t> limit_of(const ApiRequest& api) {
  MILLRACE_TRY_ASSIGN(limit, api.number("limit"));
  if (!limit || *limit == 0) return std::uint64_t{100};
  if (*limit > kMostListed) {
    return Error(ErrorKind::invalid,
                 fmt::format("parameter \"limit\" must be at most {}", kMostListed));
  }
  return *limit;
}

// ---- workflows

Task<Answer> list_workflows(AutomationParts parts) {
  const auto& all = parts.catalog.all();
  const std::string set =
      joined(all, [](const Workflow* workflow) { return workflow_json(*workflow); });
  co_return response_of(list_json(all.size(), "", set));
}

Task<Answer> read_workflow(AutomationParts parts, ApiRequest api) {
  auto found = parts.catalog.find_workflow(api.path[0]);
  if (!found) co_return found.error();
  co_return response_of(workflow_json(**found));
}

// Variables: typed, or Any where they came as plain JSON.
Result<Dict> input_of(const ApiRequest& api) {
  const Value* given = api.body.find("input");
  if (given == nullptr || given->is_null()) return Dict();
  auto read = from_input(*given);
  if (!read) return read.error().at("parameter \"input\"");
  return read;
}

Result<ExecRequest> exec_of(const ApiRequest& api) {
  ExecRequest exec;
  exec.workflow = api.path[0];
  MILLRACE_TRY_ASSIGN(step, api.text("stepID"));
  if (step && *step != "0") exec.step = *step;
  MILLRACE_TRY_ASSIGN(trace, api.flag("trace"));
  MILLRACE_TRY_ASSIGN(wait, api.flag("wait"));
  MILLRACE_TRY_ASSIGN(async, api.flag("async"));
  MILLRACE_TRY_ASSIGN(timeout, api.duration("timeout"));
  exec.trace = trace;
  exec.wait = wait;
  exec.async = async;
  exec.timeout = timeout;
  if (const std::string* key = api.http.header("Idempotency-Key")) exec.key = *key;
  MILLRACE_TRY_ASSIGN(input, input_of(api));
  exec.input = std::move(input);
  return exec;
}

Task<Answer> exec_workflow(Scope& request, AutomationParts parts, ApiRequest api) {
  auto exec = exec_of(api);
  if (!exec) co_return exec.error();
  auto leaves = api.flag("cancelOnDisconnect");
  if (!leaves) co_return leaves.error();
  if (*leaves) api.http.stop_on_disconnect();
  const bool traced = exec->trace;
  auto executed = co_await parts.sessions.exec(request, std::move(*exec));
  if (!executed) co_return executed.error();
  if (executed->report.failure && !traced) {
    co_return session_error(executed->report.failure->error, failure_json(*executed));
  }
  co_return response_of(executed_json(*executed, traced));
}

// ---- sessions

Result<void> add_statuses(const ApiRequest& api, SessionQuery& query) {
  MILLRACE_TRY_ASSIGN(statuses, api.numbers("status"));
  for (const std::uint64_t status : statuses) {
    if (status >= kSessionStatuses) {
      return Error(ErrorKind::invalid, "parameter \"status\" must be 0 to 6");
    }
    query.statuses.push_back(static_cast<SessionStatus>(status));
  }
  MILLRACE_TRY_ASSIGN(completed, api.number("completed"));
  const std::uint64_t which = completed.value_or(0);
  if (which > 2) return Error(ErrorKind::invalid, "parameter \"completed\" must be 0, 1 or 2");
  if (!query.statuses.empty() || which == 1) return {};
  for (std::uint8_t status = 0; status < kSessionStatuses; ++status) {
    const auto candidate = static_cast<SessionStatus>(status);
    if (is_over(candidate) == (which == 2)) query.statuses.push_back(candidate);
  }
  return {};
}

Result<std::uint64_t> only_one(const ApiRequest& api, std::string_view name) {
  MILLRACE_TRY_ASSIGN(given, api.numbers(name));
  if (given.size() > 1) {
    return Error(ErrorKind::invalid, fmt::format("parameter \"{}\" takes one ID here", name));
  }
  return given.empty() ? 0 : given.front();
}

Result<SessionQuery> session_query(const ApiRequest& api) {
  SessionQuery query;
  MILLRACE_TRY(add_statuses(api, query));
  MILLRACE_TRY_ASSIGN(workflow, only_one(api, "workflowID"));
  MILLRACE_TRY_ASSIGN(creator, only_one(api, "createdBy"));
  MILLRACE_TRY_ASSIGN(limit, limit_of(api));
  MILLRACE_TRY_ASSIGN(after, api.number("pageCursor"));
  query.workflow_id = workflow;
  query.created_by = creator;
  query.limit = limit;
  query.after = after.value_or(0);
  return query;
}

Task<Answer> list_sessions(Scope& request, AutomationParts parts, ApiRequest api) {
  auto query = session_query(api);
  if (!query) co_return query.error();
  auto wanted = api.numbers("sessionID");
  if (!wanted) co_return wanted.error();
  const std::uint64_t limit = query->limit;
  SessionViews views;
  if (wanted->empty()) {
    auto found = co_await parts.sessions.list(request, std::move(*query));
    if (!found) co_return found.error();
    views = std::move(*found);
  }
  for (const std::uint64_t session : *wanted) {
    auto view = co_await parts.sessions.find(request, session);
    if (view) {
      views.sessions.push_back(std::move(*view));
    } else if (view.error().kind() != ErrorKind::not_found) {
      co_return view.error();
    }
  }
  const std::string next = views.next == 0 ? "" : std::to_string(views.next);
  co_return response_of(list_json(limit, next, joined(views.sessions, session_json)));
}

Task<Answer> read_session(Scope& request, AutomationParts parts, ApiRequest api) {
  auto id = api.path_id(0, "sessionID");
  if (!id) co_return id.error();
  auto view = co_await parts.sessions.find(request, *id);
  if (!view) co_return view.error();
  co_return response_of(session_json(*view));
}

Task<Answer> cancel_session(Scope& request, AutomationParts parts, ApiRequest api) {
  auto id = api.path_id(0, "sessionID");
  if (!id) co_return id.error();
  auto receipt = co_await parts.sessions.cancel(request, *id);
  if (!receipt) co_return receipt.error();
  co_return response_of(receipt_json(*receipt));
}

// ---- prompts

// Of prompts: the last one of a page, "session.state".
Result<void> go_on_after(const ApiRequest& api, PromptQuery& query) {
  MILLRACE_TRY_ASSIGN(cursor, api.text("pageCursor"));
  if (!cursor || cursor->empty()) return {};
  const std::size_t dot = cursor->find('.');
  const auto session = whole_number(std::string_view(*cursor).substr(0, dot));
  const auto state = dot == std::string::npos
                         ? std::nullopt
                         : whole_number(std::string_view(*cursor).substr(dot + 1));
  if (!session || !state) {
    return Error(ErrorKind::invalid, "parameter \"pageCursor\" is none that an answer gave");
  }
  query.after_session = *session;
  query.after_state = *state;
  return {};
}

Task<Answer> list_prompts(Scope& request, AutomationParts parts, ApiRequest api) {
  PromptQuery query;
  auto limit = limit_of(api);
  if (!limit) co_return limit.error();
  query.limit = *limit;
  if (auto placed = go_on_after(api, query); !placed) co_return placed.error();
  auto session = only_one(api, "sessionID");
  if (!session) co_return session.error();
  query.session = *session;
  auto prompts = co_await parts.sessions.prompts(request, query);
  if (!prompts) co_return prompts.error();
  std::string next;
  // A page may be shorter than its limit and not be the last.
  if (!prompts->empty()) {
    const PromptRecord& last = prompts->back().record;
    next = fmt::format("{}.{}", last.session, last.state);
  }
  co_return response_of(list_json(*limit, next, joined(*prompts, prompt_json)));
}

Task<Answer> answer_prompt(Scope& request, AutomationParts parts, ApiRequest api) {
  auto session = api.path_id(0, "sessionID");
  if (!session) co_return session.error();
  auto state = api.path_id(1, "stateID");
  if (!state) co_return state.error();
  auto input = input_of(api);
  if (!input) co_return input.error();
  auto taken = co_await parts.sessions.answer(request, *session, *state, std::move(*input));
  if (!taken) co_return taken.error();
  co_return success();
}

}  // namespace

std::vector<Route> automation_routes(AutomationParts parts) {
  const auto with = [parts](auto handler) -> Route::Handler {
    return [parts, handler](Scope& request, ApiRequest api) {
      return handler(request, parts, std::move(api));
    };
  };
  return {
      {"GET", "/api/automation/workflows",
       [parts](Scope&, const ApiRequest&) { return list_workflows(parts); }},
      {"GET", "/api/automation/workflows/{workflowID}",
       [parts](Scope&, ApiRequest api) { return read_workflow(parts, std::move(api)); }},
      {"POST", "/api/automation/workflows/{workflowID}/exec", with(exec_workflow)},
      {"GET", "/api/automation/sessions", with(list_sessions)},
      {"GET", "/api/automation/sessions/prompts", with(list_prompts)},
      {"GET", "/api/automation/sessions/{sessionID}", with(read_session)},
      {"POST", "/api/automation/sessions/{sessionID}/cancel", with(cancel_session)},
      {"POST", "/api/automation/sessions/{sessionID}/state/{stateID}", with(answer_prompt)},
  };
}

}  // namespace millrace
