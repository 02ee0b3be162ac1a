#include "cli/trace_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "cli/frame_text.h"

namespace millrace {
namespace {

// What takes no longer is seen when it is over.
constexpr Nanos kMoment = std::chrono::milliseconds(100);

// Steps of whose waiting everybody wants to know at once.
bool is_told_at_once(const Frame& frame) {
  const std::string_view what = frame.waits.back().what;
  return what == "prompt" || what == "workflow" || frame.action == "suspended";
}

// The same step goes on in another execution, which says the rest.
bool goes_on(const Frame& frame) {
  return !frame.error && (frame.action == "suspended" || frame.action == "prompted");
}

bool waits_for_child(const Frame& frame) {
  const Value* wait = frame.input.find("wait");
  return wait == nullptr || !wait->is_boolean() || wait->as_boolean();
}

// Of a graph that leads back to a fork there can be thousands.
constexpr std::size_t kMostBars = 32;
constexpr std::size_t kMostArms = 12;

using Arms = std::vector<std::uint32_t>;

// Those of `branch`, within `outer`: the innermost of all.
Arms arms_in(Arms outer, const BranchKey& branch) {
  const Arms inner = branch.innermost(kMostArms);
  outer.insert(outer.end(), inner.begin(), inner.end());
  if (outer.size() > kMostArms) {
    outer.erase(outer.begin(), outer.end() - static_cast<std::ptrdiff_t>(kMostArms));
  }
  return outer;
}

std::string dotted(const Arms& arms) {
  std::string text;
  for (const std::uint32_t arm : arms) {
    if (!text.empty()) text += '.';
    text += std::to_string(arm + 1);
  }
  return arms.size() == kMostArms ? "…" + text : text;
}

}  // namespace

TraceText::TraceText(Shard& shard, std::ostream& out, bool colour)
    : shard_(shard), out_(out), colour_(colour), timer_(shard, [this] { tell_of_long_ones(); }) {}

Trace::Follower TraceText::follower() {
  Trace::Follower follower;
  follower.begun = [this](const Plan& plan, const Frame& frame) { begun(plan, frame); };
  follower.waits = [this](const Plan& plan, const Frame& frame) { waits(plan, frame); };
  follower.ended = [this](const Plan& plan, const Frame& frame) { ended(plan, frame); };
  follower.wants_values = true;
  return follower;
}

TraceText::Key TraceText::key_of(const Frame& frame) {
  return {frame.trace->origin().session, frame.execution};
}

void TraceText::begun(const Plan& plan, const Frame& frame) {
  if (!start_) start_ = shard_.now();
  const Trace::Origin& origin = frame.trace->origin();
  if (!sessions_.contains(origin.session)) add_session(plan, origin);
  open_[key_of(frame)] = Open{.plan = &plan, .frame = &frame};
}

void TraceText::add_session(const Plan& plan, const Trace::Origin& origin) {
  Running session{.handle = plan.handle()};
  if (origin.caller) {
    std::set<unsigned>& taken = numbers_[session.handle];
    session.number = 1;
    while (taken.contains(session.number)) ++session.number;
    taken.insert(session.number);
    const auto outer = sessions_.find(origin.caller->session);
    if (outer != sessions_.end()) {
      session.depth = outer->second.depth + 1;
      session.arms = outer->second.arms;
    }
    const auto caller = open_.find({origin.caller->session, origin.caller->execution});
    if (caller != open_.end()) {
      const Frame& frame = *caller->second.frame;
      session.depth += frame.loops;
      session.arms = arms_in(std::move(session.arms), frame.branch);
      if (waits_for_child(frame)) caller->second.child = origin.session;
    }
  }
  sessions_.emplace(origin.session, std::move(session));
}

void TraceText::forget_session(std::uint64_t session) {
  const auto at = sessions_.find(session);
  if (at == sessions_.end()) return;
  numbers_[at->second.handle].erase(at->second.number);
  sessions_.erase(at);
}

void TraceText::waits(const Plan& plan, const Frame& frame) {
  const Key key = key_of(frame);
  Open& open = open_.at(key);
  if (frame.retried.size() > open.retries) {
    open.retries = frame.retried.size();
    open.told = true;
    return print(plan, frame, frame.branch, coloured(retry_text(frame), Colour::yellow, colour_));
  }
  if (open.told || frame.waits.back().what == "join") return;
  if (is_told_at_once(frame)) return print_waiting(open);
  due_.push_back({key, shard_.now() + kMoment});
  if (!timer_.is_armed()) timer_.arm(due_.front().at);
}

void TraceText::tell_of_long_ones() {
  const TimePoint now = shard_.now();
  for (; !due_.empty() && due_.front().at <= now; due_.pop_front()) {
    const auto at = open_.find(due_.front().execution);
    if (at == open_.end() || at->second.told || !at->second.frame->waiting_since) continue;
    print_waiting(at->second);
  }
  if (!due_.empty()) timer_.arm(due_.front().at);
}

void TraceText::print_waiting(Open& open) {
  open.told = true;
  print(*open.plan, *open.frame, open.frame->branch, waiting_text(*open.frame));
}

void TraceText::ended(const Plan& plan, const Frame& frame) {
  const Key key = key_of(frame);
  if (const auto at = open_.find(key); at != open_.end()) {
    // One that is stopped goes before what it runs.
    if (at->second.child != 0 && frame.action != "stopped") forget_session(at->second.child);
    open_.erase(at);
  }
  if (open_.empty()) {
    due_.clear();
    timer_.disarm();
  }
  const Key state{key.first, frame.state};
  if (goes_on(frame)) {
    suspended_[state] = frame.step_time;
    return;
  }
  BranchKey branch = frame.branch;
  std::string text = outcome_text(frame, plan);
  const bool is_join = plan.step(frame.step).kind == StepKind::gateway_join;
  if (is_join && !join(frame, branch, text)) return;
  Nanos before{0};
  if (frame.action == "resumed") {
    const auto at = suspended_.find(state);
    if (at != suspended_.end()) before = suspended_.extract(at).mapped();
  }
  if (frame.error) {
    text = coloured(error_text(*frame.error), Colour::red, colour_) + next_text(frame, plan);
  }
  if (!is_join) text += coloured(time_text(frame, before), Colour::dim, colour_);
  print(plan, frame, branch, text);
}

// A join is told of once, when it goes on, as part of what its arms have in common. False for those
// that it does not go on from.
bool TraceText::join(const Frame& frame, BranchKey& branch, std::string& text) {
  if (frame.action == "stopped") return false;
  if (joined_.arms++ == 0) joined_.branch = branch;
  joined_.branch = common_fork(joined_.branch, branch);
  if (frame.action == "merged") return false;
  branch = std::move(joined_.branch);
  text = fmt::format(": {} arm{}{}", joined_.arms, joined_.arms == 1 ? "" : "s", text);
  joined_ = {};
  return true;
}

void TraceText::print(const Plan& plan, const Frame& frame, const BranchKey& branch,
                      const std::string& text) {
  const Running& session = sessions_.at(frame.trace->origin().session);
  const std::chrono::duration<double> now = shard_.now() - *start_;
  std::string place = fmt::format("{:9.3f}s ", now.count());
  const Arms arms = arms_in(session.arms, branch);
  const std::size_t depth = session.depth + session.arms.size() + branch.size() + frame.loops;
  for (std::size_t i = 0; i < std::min(depth, kMostBars); ++i) place += "│ ";
  if (!arms.empty()) place += fmt::format("[{}] ", dotted(arms));
  if (frame.loops > 0) place += fmt::format("#{} ", frame.pass);
  if (session.number > 0) place += session.handle;
  if (session.number > 1) place += fmt::format("#{}", session.number);
  if (session.number > 0) place += ' ';
  const PlanStep& step = plan.step(frame.step);
  out_ << coloured(place, Colour::dim, colour_) << "step " << for_terminal(step.id) << ' '
       << step_text(step) << text << '\n';
}

}  // namespace millrace
