#include "cli/run_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "base/duration.h"
#include "cli/frame_json.h"
#include "cli/json_parts.h"
#include "cli/terminal.h"
#include "value/convert.h"
#include "value/json.h"

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

// With what is wrong with it: a text that breaks off must not pass for the whole.
std::string shown_reader(const Reader& reader) {
  const auto content = reader.drained();
  if (!content || !*content) return "(not read)";
  std::string text(**content);
  const auto* excerpt = dynamic_cast<const Excerpt*>(&reader);
  if (excerpt == nullptr) return text;
  if (const auto& failure = excerpt->failure()) {
    text += fmt::format("\n(breaks off here: {})", failure->to_line());
  } else if (excerpt->truncated()) {
    text += fmt::format("\n(goes on; these are the first {} bytes)", text.size());
  }
  return text;
}

// A value as a person reads it: texts as they are, everything else as JSON.
std::string shown(const Value& value) {
  if (value.is_text()) return std::string(value.as_text());
  if (value.is_reader()) return shown_reader(*value.as_reader());
  auto json = to_json(value);
  if (const auto* text = std::get_if<std::string>(&json)) return *text;
  auto text = operator_text(value);
  if (const auto* plain = std::get_if<Value>(&text)) return std::string(plain->as_text());
  return "(not shown)";
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

}  // namespace

std::string to_document(const RunReport& report, const Plan& plan) {
  const SessionReport& session = report.session;
  std::string text =
      fmt::format(R"({{"workflow":{},"sessionID":"{}","status":{},"vars":{},"steps":{})",
                  json_string(report.workflow), session.id, json_string(to_string(session.status)),
                  typed_json(report.printed), json_steps(session, plan));
  if (!session.all_steps_recorded) text += ",\"stepsTruncated\":true";
  if (report.traced) text += json_frames(report, plan);
  if (const auto& failure = session.failure) {
    text +=
        ",\"error\":" +
        json_error(failure->error, failure->step ? json_step(plan.step(*failure->step).id) : "");
  }
  return text + fmt::format(R"(,"elapsed":{},"scopes":{}}})", json_milliseconds(session.elapsed),
                            report.scopes);
}

void print_result(const RunReport& report, std::ostream& out) {
  std::size_t width = 0;
  for (const auto& entry : report.printed) width = std::max(width, entry.key().size());
  for (const auto& entry : report.printed) {
    out << fmt::format("{:<{}} = {}\n", for_terminal(entry.key()), width,
                       for_terminal(shown(entry.value), width + 3));
  }
}

std::string failure_line(const Failure& failure, const Plan& plan) {
  if (!failure.step) return failure.error.to_line();
  return fmt::format("step {} of workflow \"{}\": {}", plan.step(*failure.step).id, plan.handle(),
                     failure.error.to_line());
}

std::string summary_line(const RunReport& report, const Plan& plan, bool colour) {
  const SessionReport& session = report.session;
  const bool done = session.status == Status::completed;
  const auto rounded = std::chrono::round<std::chrono::milliseconds>(session.elapsed);
  std::string line =
      coloured(fmt::format("workflow \"{}\" {}", report.workflow, sentence(session.status)),
               done ? Colour::green : Colour::red, colour);
  line += fmt::format(" after {}", format_duration(rounded));
  if (session.failure) line += ": " + for_terminal(failure_line(*session.failure, plan));
  return line;
}

}  // namespace millrace
