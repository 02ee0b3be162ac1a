#include "cli/run_report.h"

#include <fmt/format.h>

#include <ostream>

#include "api/frame_json.h"
#include "api/json_parts.h"
#include "base/duration.h"
#include "cli/shown_value.h"
#include "cli/terminal.h"

namespace millrace {
namespace {

std::string json_steps(const SessionReport& session, const Plan& plan) {
  std::string text = "[";
  for (const std::uint32_t step : session.steps) {
    if (text.size() > 1) text += ',';
    text += json_step(plan.step(step).id);
  }
  return text + "]";
}

std::string json_prompts(const RunReport& report) {
  std::string text;
  for (const OpenPrompt& prompt : report.prompts) {
    if (!text.empty()) text += ',';
    text += fmt::format(R"({{"workflow":{},"step":{},"ref":{},"payload":{}}})",
                        json_string(prompt.workflow), json_step(prompt.step),
                        json_string(prompt.ref), typed_json(prompt.payload));
  }
  return "[" + text + "]";
}

std::string_view sentence(Status status) {
  switch (status) {
    case Status::completed: return "completed";
    case Status::canceled: return "was cancelled";
    case Status::prompted: return "waits for an answer";
    case Status::suspended: return "is suspended";
    case Status::failed:
    case Status::running: break;
  }
  return "failed";
}

Colour colour_of(Status status) {
  if (status == Status::completed) return Colour::green;
  return status == Status::prompted ? Colour::yellow : Colour::red;
}

}  // namespace

std::string to_document(const RunReport& report, const Plan& plan) {
  const SessionReport& session = report.session;
  std::string text =
      fmt::format(R"({{"workflow":{},"sessionID":"{}","status":{},"vars":{},"steps":{})",
                  json_string(report.workflow), session.id, json_string(to_string(session.status)),
                  typed_json(report.printed), json_steps(session, plan));
  if (!session.all_steps_recorded) text += ",\"stepsTruncated\":true";
  if (report.traced) {
    const JsonFrames frames = json_frames(session, plan);
    text += ",\"frames\":" + frames.list;
    if (!frames.all) text += ",\"framesTruncated\":true";
  }
  if (const auto& failure = session.failure) {
    text +=
        ",\"error\":" +
        json_error(failure->error, failure->step ? json_step(plan.step(*failure->step).id) : "");
  }
  if (!report.prompts.empty()) text += ",\"prompts\":" + json_prompts(report);
  if (report.cut_off > 0) text += fmt::format(R"(,"cutOff":{})", report.cut_off);
  return text + fmt::format(R"(,"elapsed":{},"scopes":{}}})", json_milliseconds(session.elapsed),
                            report.scopes);
}

std::string failure_line(const Failure& failure, const Plan& plan) {
  if (!failure.step) return failure.error.to_line();
  return fmt::format("step {} of workflow \"{}\": {}", plan.step(*failure.step).id, plan.handle(),
                     failure.error.to_line());
}

std::string summary_line(const RunReport& report, const Plan& plan, bool colour) {
  const SessionReport& session = report.session;
  const auto rounded = std::chrono::round<std::chrono::milliseconds>(session.elapsed);
  std::string line =
      coloured(fmt::format("workflow \"{}\" {}", report.workflow, sentence(session.status)),
               colour_of(session.status), colour);
  line += fmt::format(" after {}", format_duration(rounded));
  if (session.failure) line += ": " + for_terminal(failure_line(*session.failure, plan));
  return line;
}

void print_prompts(const std::vector<OpenPrompt>& prompts, std::ostream& out) {
  for (const OpenPrompt& prompt : prompts) {
    out << fmt::format("  step {} of workflow \"{}\" asks for {}", for_terminal(prompt.step),
                       prompt.workflow, for_terminal(prompt.ref));
    if (!prompt.payload.empty()) out << ": " << short_text(prompt.payload);
    out << '\n';
  }
  if (prompts.empty()) return;
  out << fmt::format(
             "  answer with --answers FILE, a line {{\"step\": {}, \"input\": {{...}}}} each, ",
             json_step(prompts.front().step))
      << "or run it at a terminal\n";
}

}  // namespace millrace
