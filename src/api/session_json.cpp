#include "api/session_json.h"

#include <fmt/format.h>

#include "api/frame_json.h"
#include "api/json_parts.h"

namespace millrace {
namespace {

std::string json_id(std::uint64_t id) { return fmt::format("\"{}\"", id); }

std::string step_of(const Executed& executed) {
  const auto& failure = executed.report.failure;
  if (!failure || !failure->step) return {};
  return json_step(executed.plan->step(*failure->step).id);
}

}  // namespace

std::string session_json(const SessionView& view) {
  const SessionRecord& record = view.record;
  std::string text = fmt::format(
      R"({{"sessionID":{},"workflowID":{},"workflow":{},"status":{},"eventType":"onManual","resourceType":"system")",
      json_id(record.session), json_id(record.workflow_id), json_string(record.workflow),
      json_string(to_string(record.status)));
  text += fmt::format(R"(,"createdAt":{},"createdBy":{})", json_time(record.created),
                      json_id(record.created_by));
  const bool waits = is_waiting(record.status);
  if (waits) text += ",\"suspendedAt\":" + json_time(record.changed);
  if (waits && record.wake_at) text += ",\"wakesAt\":" + json_time(*record.wake_at);
  if (!is_alive(record.status)) text += ",\"completedAt\":" + json_time(record.changed);
  if (record.purge_at) text += ",\"purgeAt\":" + json_time(*record.purge_at);
  if (view.output) text += ",\"output\":" + typed_json(*view.output);
  if (view.error) {
    const std::string step = view.error_step.empty() ? "" : json_step(view.error_step);
    text += ",\"error\":" + json_error(*view.error, step);
  }
  return text + "}";
}

std::string receipt_json(const CancelReceipt& receipt) {
  std::string stopped;
  for (const StoppedEffect& effect : receipt.stopped) {
    if (!stopped.empty()) stopped += ',';
    stopped += fmt::format(R"({{"step":{},"waitedFor":"{}","mayHaveTakenEffect":{}}})",
                           json_step(effect.step), effect.what, effect.may_have_effect);
  }
  std::string text = session_json(receipt.session);
  text.pop_back();
  return text + fmt::format(",\"stopped\":[{}]}}", stopped);
}

std::string prompt_json(const PromptView& prompt) {
  const PromptRecord& record = prompt.record;
  return fmt::format(
      R"({{"sessionID":{},"stateID":{},"createdAt":{},"ownerID":{},"stepID":{},"ref":{},"payload":{}}})",
      json_id(record.session), json_id(record.state), json_time(record.created),
      json_id(record.owner), json_step(record.step), json_string(record.ref),
      typed_json(prompt.payload));
}

std::string executed_json(const Executed& executed, bool traced) {
  const SessionReport& report = executed.report;
  std::string text = fmt::format(R"({{"sessionID":{},"status":{},"results":{})", json_id(report.id),
                                 json_string(to_string(report.status)), typed_json(report.vars));
  if (traced) {
    const JsonFrames frames = json_frames(report, *executed.plan);
    text += ",\"trace\":" + frames.list;
    if (!frames.all) text += ",\"traceTruncated\":true";
  }
  if (report.failure) {
    text += ",\"error\":" + json_error(report.failure->error, step_of(executed));
  }
  return text + "}";
}

std::string failure_json(const Executed& executed) {
  std::string text = json_error(executed.report.failure->error, step_of(executed));
  text.pop_back();
  return text + fmt::format(",\"workflow\":{},\"sessionID\":{}}}",
                            json_string(executed.plan->handle()), json_id(executed.report.id));
}

}  // namespace millrace
