#include "cli/run_command.h"

#include <fmt/format.h>

#include <csignal>
#include <ostream>

#include "api/json_parts.h"
#include "base/duration.h"
#include "base/listed.h"
#include "cli/exit_status.h"
#include "cli/issue_text.h"
#include "cli/read_settings.h"
#include "cli/run_input.h"
#include "cli/session_run.h"
#include "cli/shown_value.h"
#include "cli/terminal.h"
#include "cli/trace_text.h"
#include "function/registry.h"
#include "service/workflow_catalog.h"
#include "workflow/load.h"

namespace millrace {
namespace {

int usage_error(const Error& error, std::ostream& err) {
  err << "millrace: " << for_terminal(error.to_line()) << '\n';
  return kExitUsage;
}

Result<const Workflow*> choose(const LoadedFiles& files, const std::string& handle) {
  std::vector<const Workflow*> offered;
  std::vector<std::string_view> all_names;
  std::vector<std::string_view> offered_names;
  for (const Document& document : files.documents) {
    for (const Workflow& workflow : document.workflows) {
      if (workflow.handle.text == handle) return &workflow;
      all_names.push_back(workflow.handle.text);
      if (is_sub_workflow(workflow)) continue;
      offered.push_back(&workflow);
      offered_names.push_back(workflow.handle.text);
    }
  }
  if (!handle.empty()) {
    return Error(
        ErrorKind::not_found,
        fmt::format("no workflow \"{}\" in these files; there are: {}", handle, listed(all_names)));
  }
  if (offered.size() == 1) return offered.front();
  if (all_names.empty()) return Error(ErrorKind::invalid, "no workflow in these files");
  return Error(ErrorKind::invalid,
               fmt::format("several workflows in these files: choose one with --workflow: {}",
                           listed(offered.empty() ? all_names : offered_names)));
}

// It can be read once.
Result<void> check_standard_input(const RunOptions& options) {
  std::vector<std::string_view> readers;
  for (const std::string& file : options.files) {
    if (file == "-") readers.emplace_back("the definition");
  }
  if (options.input_file == "-") readers.emplace_back("--input");
  if (options.answers == "-") readers.emplace_back("--answers");
  if (options.config == "-") readers.emplace_back("--config");
  if (readers.size() < 2) return {};
  return Error(ErrorKind::invalid,
               fmt::format("standard input (-) can be only one of these: {}", listed(readers)));
}

// A definition with issues does not run: they are the result.
int report_issues(const Verdict& found, const LoadedFiles& files, const std::string& handle,
                  const RunOptions& options, std::ostream& out, std::ostream& err) {
  if (options.output == "json") {
    out << fmt::format(
        R"({{"workflow":{},"sessionID":"0","status":"failed","vars":{{}},"steps":[],"error":{{"kind":"invalid",)"
        R"("message":"the definition has issues"}},"issues":{},"elapsed":0,"scopes":0}})"
        "\n",
        json_string(handle), json_list(found.issues));
  } else {
    print_issues(found.issues, Severity::error, files, err, wants_colour(2));
    err << "millrace: the definition has issues and was not run\n";
  }
  return kExitIssues;
}

// Their failures are nobody's: they change no exit status, and must not go unseen. There can be
// thousands of them.
constexpr std::size_t kMostToldOf = 20;

void tell_of_other(const SessionReport& report, const Plan& plan, std::size_t count,
                   std::ostream& err) {
  if (count > kMostToldOf + 1) return;
  if (count > kMostToldOf) {
    err << "more workflows that nobody waits for failed; these are not told of\n";
    return;
  }
  err << fmt::format("workflow \"{}\", which nobody waits for, failed", plan.handle());
  if (report.failure) err << ": " << for_terminal(failure_line(*report.failure, plan));
  err << '\n';
}

int exit_status_of(const RunOutcome& outcome) {
  if (outcome.signal != 0) return kExitSignal + outcome.signal;
  if (outcome.report.cut_off > 0) return kExitFailed;
  return outcome.report.session.status == Status::completed ? kExitDone : kExitFailed;
}

int finish(const RunOutcome& outcome, const Plan& plan, const RunOptions& options,
           std::ostream& out, std::ostream& err) {
  if (options.output == "json") {
    out << to_document(outcome.report, plan) << '\n';
  } else {
    const RunReport& report = outcome.report;
    if (report.session.status == Status::completed) print_vars(report.printed, out);
    out.flush();
    err << summary_line(report, plan, wants_colour(2)) << '\n';
    print_prompts(report.prompts, err);
  }
  if (const std::size_t count = outcome.report.cut_off; count > 0) {
    const bool one = count == 1;
    err << fmt::format(
        "millrace: {} {} begun without waiting had not ended within --timeout, and {} cancelled\n",
        count, one ? "session" : "sessions", one ? "was" : "were");
  }
  if (!outcome.left_over.empty()) {
    const std::vector<std::string_view> places(outcome.left_over.begin(), outcome.left_over.end());
    err << fmt::format("millrace: no prompt asked for these answers: {}\n",
                       for_terminal(listed(places)));
  }
  return exit_status_of(outcome);
}

// What the options say but for the workflow and its input.
Result<void> set_up(const RunOptions& options, SessionRun& run) {
  MILLRACE_TRY(check_standard_input(options));
  if (options.timeout) {
    auto timeout = parse_duration(*options.timeout);
    if (!timeout) return timeout.error().at("--timeout");
    if (*timeout <= Nanos{0}) {
      return Error(ErrorKind::invalid, "--timeout: must be longer than 0");
    }
    run.limit = Limit{*timeout, "option --timeout"};
  }
  if (!options.config.empty()) {
    MILLRACE_TRY_ASSIGN(settings, read_settings(options.config));
    run.settings = std::move(settings);
  }
  if (!options.answers.empty()) {
    MILLRACE_TRY_ASSIGN(answers, PromptAnswers::read(options.answers));
    run.answers = std::move(answers);
  }
  return {};
}

}  // namespace

int run_command(const RunOptions& options, std::ostream& out, std::ostream& err) {
  SessionRun run;
  if (auto set = set_up(options, run); !set) return usage_error(set.error(), err);
  auto files = load_files(options.files);
  if (!files) return usage_error(files.error(), err);
  auto chosen = choose(*files, options.workflow);
  if (!chosen) return usage_error(chosen.error(), err);
  tell_of_skipped(*files, err);
  if (const Verdict found = verify_files(*files, standard_registry()); !found.passes()) {
    return report_issues(found, *files, (*chosen)->handle.text, options, out, err);
  }
  WorkflowCatalog plans(*files, standard_registry());
  auto plan = plans.plan_of(**chosen);
  if (!plan) return usage_error(plan.error(), err);
  run.plan = *plan;
  run.plans = &plans;
  run.first_step = options.step;
  if (!options.step.empty() && !(*plan)->find_step(options.step)) {
    return usage_error(
        Error(ErrorKind::not_found, fmt::format("--step {}: workflow \"{}\" has no such step",
                                                options.step, (*plan)->handle())),
        err);
  }
  Shard shard(options.clock == "virtual" ? TimeMode::jumping : TimeMode::real);
  auto scope = starting_scope(
      **plan, RunInput{options.input_file, options.input_json, options.variables}, shard.clock());
  if (!scope) return usage_error(scope.error(), err);
  run.scope = std::move(*scope);
  if (is_terminal(0)) run.questions = &err;
  run.on_other_end = [&, failed = std::size_t{0}](const Plan& of,
                                                  const SessionReport& report) mutable {
    if (report.status == Status::failed) tell_of_other(report, of, ++failed, err);
  };
  TraceText trace(shard, err, wants_colour(2));
  if (options.trace && options.output == "json") {
    run.trace = true;
  } else if (options.trace) {
    run.follower = trace.follower();
  }
  return finish(run_in_process(shard, run), **plan, options, out, err);
}

}  // namespace millrace
