#include "api/frame_json.h"

#include <fmt/format.h>

#include "api/json_parts.h"
#include "value/json.h"

namespace millrace {
namespace {

std::string json_next(const Frame& frame, const Plan& plan) {
  std::string text;
  for (const std::uint32_t step : frame.next) {
    if (!text.empty()) text += ',';
    text += json_step(plan.step(step).id);
  }
  return "[" + text + "]";
}

std::string json_waits(const Frame& frame) {
  std::string text;
  for (const Frame::Wait& wait : frame.waits) {
    if (!text.empty()) text += ',';
    text += fmt::format(R"({{"what":"{}","time":{}}})", wait.what, json_milliseconds(wait.time));
  }
  return "[" + text + "]";
}

// Of a graph that leads back to a fork there can be thousands of them: then the innermost.
constexpr std::size_t kMostArms = 64;

// Arms are counted from 1, as passes are.
std::string json_branch(const Frame& frame) {
  std::string text;
  for (const std::uint32_t arm : frame.branch.innermost(kMostArms)) {
    if (!text.empty()) text += ',';
    text += std::to_string(arm + 1);
  }
  return "[" + text + "]";
}

std::string json_retried(const Frame& frame) {
  std::string text;
  for (const Error& error : frame.retried) {
    if (!text.empty()) text += ',';
    text += json_error(error);
  }
  return "[" + text + "]";
}

std::string json_frame(const Frame& frame, std::uint64_t session, const Plan& plan) {
  std::string text = fmt::format(
      R"({{"createdAt":{},"sessionID":"{}","stateID":"{}","parentID":{},"stepID":{},"nextSteps":{})",
      json_time(frame.created_at), session, frame.state,
      frame.parent ? json_step(plan.step(*frame.parent).id) : "null",
      json_step(plan.step(frame.step).id), json_next(frame, plan));
  text += fmt::format(R"(,"input":{},"scope":{},"results":{},"elapsedTime":{},"stepTime":{})",
                      typed_json(frame.input), typed_json(frame.scope.to_dict()),
                      typed_json(frame.results), json_milliseconds(frame.elapsed),
                      json_milliseconds(frame.step_time));
  if (!frame.branch.empty()) text += ",\"branch\":" + json_branch(frame);
  if (frame.loops > 0) text += fmt::format(R"(,"loops":{},"pass":{})", frame.loops, frame.pass);
  if (!frame.action.empty()) text += fmt::format(R"(,"action":"{}")", frame.action);
  if (frame.error) text += ",\"error\":" + json_error(*frame.error);
  if (!frame.retried.empty()) text += ",\"retried\":" + json_retried(frame);
  if (!frame.waits.empty()) text += ",\"waitedFor\":" + json_waits(frame);
  if (!frame.timings.empty()) text += ",\"timings\":" + typed_json(frame.timings);
  return text + "}";
}

}  // namespace

JsonFrames json_frames(const SessionReport& report, const Plan& plan) {
  bool all = report.all_frames_recorded;
  std::string text;
  for (const Ref<const Frame>& frame : report.frames) {
    if (text.size() > kMaxJsonBytes) {
      all = false;
      break;
    }
    if (!text.empty()) text += ',';
    text += json_frame(*frame, report.id, plan);
  }
  return {"[" + text + "]", all};
}

}  // namespace millrace
