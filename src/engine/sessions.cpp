#include "engine/sessions.h"

#include <algorithm>
#include <utility>

#include "base/ids.h"
#include "engine/running_session.h"

namespace millrace {
namespace {

// Step executions of one session in its turn.
constexpr std::size_t kStepsPerTurn = 256;
// Turns go on for so long before there is a look at what else happens on the shard.
constexpr Nanos kTimeOfTurns = std::chrono::milliseconds(2);

}  // namespace

// Of sessions that are to have a turn.
struct Sessions::Queue
    : boost::intrusive::list<RunningSession, boost::intrusive::base_hook<TurnHook>,
                             boost::intrusive::constant_time_size<false>> {};

Sessions::Sessions(Scope& home, Effects& effects, Random& random, Plans* plans,
                   SessionFollower* follower)
    : home_(home),
      effects_(effects),
      random_(random),
      plans_(plans),
      follower_(follower),
      queue_(std::make_unique<Queue>()),
      round_(std::make_unique<Queue>()) {
  empty_.set();
  on_time_.set();
}

Sessions::~Sessions() { *alive_ = false; }

std::uint64_t Sessions::start(Scope& owner, Start start) {
  const Moment now = moment_of(home_.shard().clock());
  std::uint64_t id = new_id(now.wall, random_);
  while (sessions_.contains(id)) ++id;
  empty_.reset();
  auto session = std::make_unique<RunningSession>(*this, owner, id, now, std::move(start));
  session->begin_or_record();
  sessions_.emplace(id, std::move(session));
  return id;
}

void Sessions::resume(Scope& owner, Resume resume) {
  empty_.reset();
  const std::uint64_t id = resume.session;
  auto session = std::make_unique<RunningSession>(*this, owner, moment_of(home_.shard().clock()),
                                                  std::move(resume));
  session->go_on();
  sessions_.emplace(id, std::move(session));
}

void Sessions::cancel(std::uint64_t session, StopCause cause, std::string reason) {
  const auto found = sessions_.find(session);
  if (found != sessions_.end()) found->second->cancel(cause, std::move(reason));
}

void Sessions::cancel_all(StopCause cause, const std::string& reason) {
  for (const auto& entry : sessions_) entry.second->cancel(cause, reason);
}

bool Sessions::awaits(std::uint64_t session, std::uint64_t execution) const {
  const auto found = sessions_.find(session);
  return found != sessions_.end() && found->second->awaits(execution);
}

bool Sessions::is_leaving(std::uint64_t session) const {
  const auto found = sessions_.find(session);
  return found != sessions_.end() && found->second->is_leaving();
}

void Sessions::leave(std::uint64_t session) {
  const auto found = sessions_.find(session);
  if (found != sessions_.end()) found->second->leave();
}

void Sessions::leave_all() {
  // Some are gone at once.
  std::vector<std::uint64_t> all;
  all.reserve(sessions_.size());
  for (const auto& entry : sessions_) all.push_back(entry.first);
  for (const std::uint64_t session : all) leave(session);
}

bool Sessions::answer(std::uint64_t session, std::uint64_t state, Dict input,
                      std::function<void()> kept) {
  const auto found = sessions_.find(session);
  return found != sessions_.end() &&
         found->second->answer(state, std::move(input), std::move(kept));
}

std::vector<OpenPrompt> Sessions::prompts() const {
  std::vector<OpenPrompt> prompts;
  for (const auto& entry : sessions_) entry.second->collect_prompts(prompts);
  std::sort(prompts.begin(), prompts.end(), [](const OpenPrompt& a, const OpenPrompt& b) {
    return std::pair(a.session, a.state) < std::pair(b.session, b.state);
  });
  return prompts;
}

bool Sessions::only_prompts_left() const {
  return prompts_ > 0 && acting_ == 0 && queue_->empty() && round_->empty();
}

void Sessions::queue(RunningSession& session) {
  if (!session.TurnHook::is_linked()) queue_->push_back(session);
  take_turns_soon();
}

void Sessions::take_turns_soon() {
  if (posted_) return;
  posted_ = true;
  home_.shard().post([this, alive = alive_] {
    if (*alive) take_turns();
  });
}

// In rounds: all that are there when one begins have a turn in it.
void Sessions::take_turns() {
  posted_ = false;
  const Moment now = moment_of(home_.shard().clock());
  if (round_->empty()) round_->swap(*queue_);
  while (!round_->empty()) {
    RunningSession& session = round_->front();
    round_->pop_front();
    session.turn(kStepsPerTurn, now);
    if (home_.shard().now() - now.now >= kTimeOfTurns) break;
  }
  if (!round_->empty()) {
    on_time_.reset();
    return take_turns_soon();
  }
  on_time_.set();
  if (!queue_->empty()) {
    queue(queue_->front());
  } else {
    tell_of_standstill();
  }
}

void Sessions::tell_of_standstill() {
  if (follower_ != nullptr && only_prompts_left()) follower_->only_prompts_left();
}

void Sessions::erase(RunningSession& session) {
  sessions_.erase(session.id());
  if (sessions_.empty()) {
    empty_.set();
  } else if (prompts_ > 0) {
    take_turns_soon();  // it may have been the last that did anything: then that is told
  }
}

Task<void> Sessions::join() {
  if (co_await home_.wait(empty_, "the end of its sessions")) co_return;
  co_await close();
}

Task<void> Sessions::close() {
  cancel_all(StopCause::finished, "it is ending");
  co_await home_.wait_for_end(empty_, "the end of its sessions");
}

namespace {

// `begin` begins a session that tells of its end, and gives its id.
template <class Begin>
Task<SessionReport> await_session(Scope& parent, Sessions& sessions, Begin begin) {
  SessionReport report;
  Event done;
  const std::uint64_t id = begin([&](SessionReport ended) {
    report = std::move(ended);
    done.set();
  });
  auto waited = co_await parent.wait(done, "the session");
  if (!waited && !done.is_set()) {
    sessions.cancel(id, parent.stopped()->cause, parent.stopped()->reason);
    co_await parent.wait_for_end(done, "the end of the session");
  }
  co_return report;
}

}  // namespace

Task<SessionReport> run_session(Scope& parent, Sessions& sessions, Sessions::Start start) {
  auto begin = [&](std::function<void(SessionReport)> ended) {
    start.ended = std::move(ended);
    return sessions.start(parent, std::move(start));
  };
  co_return co_await await_session(parent, sessions, begin);
}

Task<SessionReport> run_session(Scope& parent, Sessions& sessions, Sessions::Resume resume) {
  auto begin = [&](std::function<void(SessionReport)> ended) {
    const std::uint64_t id = resume.session;
    resume.start.ended = std::move(ended);
    sessions.resume(parent, std::move(resume));
    return id;
  };
  co_return co_await await_session(parent, sessions, begin);
}

}  // namespace millrace
