#include "cli/run_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <ostream>

#include "base/duration.h"
#include "cli/terminal.h"
#include "value/convert.h"
#include "value/json.h"

namespace millrace {
namespace {

std::string json_string(std::string_view text) {
  std::string quoted;
  append_json_string(quoted, text);
  return quoted;
}

// A value too large to print is no reason to say nothing.
std::string typed_json(const Dict& vars) {
  auto text = to_typed_json(vars);
  return text ? std::move(*text)
              : fmt::format(R"({{"@error":{}}})", json_string(text.error().message()));
}

// Ids that are small numbers in the definition are numbers here too, as the author wrote them.
std::string json_step(const std::string& id) {
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(id.data(), id.data() + id.size(), number);
  const bool is_number = failed == std::errc() && end == id.data() + id.size() &&
                         number < (1ULL << 53) && (id == "0" || id.front() != '0');
  return is_number ? id : json_string(id);
}

std::string json_error(const Error& error) {
  std::string text =
      fmt::format(R"({{"kind":{},"message":{})", json_string(to_string(error.kind())),
                  json_string(error.message()));
  if (!error.where().empty()) text += ",\"where\":" + json_string(error.where());
  if (!error.phase().empty()) text += ",\"phase\":" + json_string(error.phase());
  return text;
}

std::string json_failure(const Failure& failure, const Plan& plan) {
  std::string text = json_error(failure.error);
  if (failure.step) text += ",\"step\":" + json_step(plan.step(*failure.step).id);
  std::size_t open = 1;
  for (auto cause = failure.error.cause(); cause; cause = cause->cause()) {
    text += ",\"cause\":" + json_error(*cause);
    ++open;
  }
  return text + std::string(open, '}');
}

std::string json_steps(const SessionReport& session, const Plan& plan) {
  std::string text = "[";
  for (const std::uint32_t step : session.steps) {
    if (text.size() > 1) text += ',';
    text += json_step(plan.step(step).id);
  }
  return text + "]";
}

// A value as a person reads it: texts as they are, everything else as JSON.
std::string shown(const Value& value) {
  if (value.is_text()) return std::string(value.as_text());
  if (value.is_reader()) {
    const auto content = value.as_reader()->drained();
    return content && *content ? std::string(**content) : std::string("(not read)");
  }
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
    case Status::failed:
    case Status::running: break;
  }
  return "failed";
}

}  // namespace

std::string to_document(const RunReport& report, const Plan& plan) {
  const SessionReport& session = report.session;
  std::string text = fmt::format(
      R"({{"workflow":{},"sessionID":"{}","status":{},"vars":{},"steps":{})",
      json_string(report.workflow), report.session_id, json_string(to_string(session.status)),
      typed_json(report.printed), json_steps(session, plan));
  if (!session.all_steps_recorded) text += ",\"stepsTruncated\":true";
  if (session.failure) text += ",\"error\":" + json_failure(*session.failure, plan);
  const double elapsed = std::chrono::duration<double, std::milli>(session.elapsed).count();
  return text + fmt::format(",\"elapsed\":{:.3f},\"scopes\":{}}}", elapsed, report.scopes);
}

void print_result(const RunReport& report, std::ostream& out) {
  std::size_t width = 0;
  for (const auto& entry : report.printed) width = std::max(width, entry.key().size());
  for (const auto& entry : report.printed) {
    out << fmt::format("{:<{}} = {}\n", entry.key(), width, shown(entry.value));
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
  if (session.failure) line += ": " + failure_line(*session.failure, plan);
  return line;
}

}  // namespace millrace
