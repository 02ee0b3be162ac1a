// How a running session is kept in the journal: when a record is written, and what waits for it.
//
// - An effect that is keyed or must not begin twice begins once a record is durable that says it
//   will.
// - What an effect gave is in the next record, which nobody waits for but such effects.
// - A session that only waits for time or people is written with all that it needs to go on.
// - Its end is durable before anybody is told of it.
#include <algorithm>
#include <utility>

#include "engine/running_session.h"

namespace millrace {
namespace {

// Of writing: it may work again later.
bool is_passing(const Error& error) {
  return error.kind() == ErrorKind::exhausted || error.kind() == ErrorKind::unavailable;
}
constexpr Nanos kWriteAgain = std::chrono::milliseconds(500);

}  // namespace

SessionImage RunningSession::image_of_start(const Moment& now) const {
  SessionImage image;
  image.began = now.wall;
  image.limit = start_.options.limit;
  image.depth = start_.options.machine.depth;
  image.caller = start_.options.caller;
  image.kept = start_.recording.kept;
  image.facts = start_.options.facts;
  return image;
}

std::unique_ptr<SessionRecorder> RunningSession::recorder_for(const SessionImage& image) {
  if (all_.journal_ == nullptr || start_.recording.from == Recording::From::never) return {};
  return std::make_unique<SessionRecorder>(*all_.journal_, owner_.shard().clock(), id_, all_.epoch_,
                                           start_.recording, image);
}

// A child is found again by who runs it, and by which execution of its step.
Recording RunningSession::recording_of_child(std::uint64_t execution) const {
  Recording recording = start_.recording;
  recording.from = Recording::From::start;
  recording.start_key = child_key(id_, execution);
  recording.started = {};
  return recording;
}

bool RunningSession::began_before(std::uint64_t state) const {
  return std::find(began_before_.begin(), began_before_.end(), state) != began_before_.end();
}

bool RunningSession::awaits(std::uint64_t execution) const {
  const std::vector<std::uint64_t> waiting = machine_.all_waiting();
  return std::any_of(waiting.begin(), waiting.end(), [&](std::uint64_t id) {
    const State* state = machine_.waiting(id);
    return state->execution == execution && std::holds_alternative<ExecEffect>(state->effect->what);
  });
}

void RunningSession::begin_or_record() {
  if (!recorder_ || start_.recording.from != Recording::From::start) return all_.queue(*this);
  recorder_->write(machine_, RecordKind::started, [this](const Result<void>& result) {
    if (start_.recording.started) start_.recording.started(result);
    if (finishing_) return written_at_last();
    if (!result) machine_.abort(Status::failed, result.error());
    if (!result) recorder_.reset();  // there is nothing of it, and nothing will be
    all_.queue(*this);
  });
}

void RunningSession::go_on() {
  bind_restored();
  perform();
  changed_ = false;  // it is as the record says
  all_.queue(*this);
}

bool RunningSession::begins_only_once(const Plan& plan, const State& state) {
  if (!std::holds_alternative<CallEffect>(state.effect->what)) return false;
  return plan.step(state.step).delivery == Delivery::at_most_once;
}

// It has a key, which is the same when it is begun again, also by another process: of a request, or
// of a workflow that is run.
bool RunningSession::is_keyed(const Plan& plan, const State& state) {
  if (std::holds_alternative<ExecEffect>(state.effect->what)) return true;
  const auto* call = std::get_if<CallEffect>(&state.effect->what);
  const Signature* signature = plan.step(state.step).signature;
  return call != nullptr && signature != nullptr && signature->repeating.is_keyed(call->arguments);
}

void RunningSession::tell_when_kept(std::function<void()> kept) {
  if (!recorder_) return kept();
  kept_by_next_.push_back(std::move(kept));
}

void RunningSession::record() {
  if (finishing_ || !recorder_ || recorder_->is_writing()) return;
  if (!changed_ && held_.empty()) return;
  const Status status = machine_.status();
  RecordKind kind = RecordKind::outcome;
  if (!held_.empty()) {
    kind = RecordKind::intent;
  } else if (status == Status::prompted || status == Status::suspended) {
    kind = RecordKind::suspended;
  }
  changed_ = false;
  being_recorded_ = std::exchange(held_, {});
  kept_by_this_ = std::exchange(kept_by_next_, {});
  recorder_->write(machine_, kind, [this](const Result<void>& result) { recorded(result); });
  // Where it could not be stored at all it has failed by now.
  if (!has_ended(machine_.status()) && kind == RecordKind::suspended) fetch_unread();
}

// It waits for people or for long, and what is durable is what it is.
bool RunningSession::may_leave_memory() const {
  const Status status = machine_.status();
  if (status != Status::prompted && status != Status::suspended) return false;
  if (start_.ended || start_.receiver || !recorder_->unread().empty()) return false;
  const auto& wake = recorder_->wakes_at();
  return !wake || *wake > owner_.shard().clock().wall() + all_.ahead_;
}

void RunningSession::recorded(const Result<void>& result) {
  const std::vector<std::uint64_t> held = std::exchange(being_recorded_, {});
  if (finishing_) return written_at_last();
  if (result) {
    for (const auto& tell : std::exchange(kept_by_this_, {})) tell();
    for (const std::uint64_t id : held) begin(id);
    if (changed_ || !held_.empty()) {
      all_.queue(*this);
    } else if (may_leave_memory()) {
      leave();
    }
    return;
  }
  if (is_passing(result.error())) {
    held_.insert(held_.begin(), held.begin(), held.end());
    kept_by_next_.insert(kept_by_next_.begin(), kept_by_this_.begin(), kept_by_this_.end());
    kept_by_this_.clear();
    changed_ = true;
    return write_later([this] { record(); });
  }
  // Whoever else runs it says what becomes of it; else its end says why it could not go on.
  if (result.error().kind() == ErrorKind::conflict) recorder_.reset();
  machine_.abort(Status::failed, result.error());
  all_.queue(*this);
}

// What had begun, must not begin twice, and has no outcome: whether it took effect nobody knows.
void RunningSession::drop_unknown_fates() {
  for (const std::uint64_t id : machine_.all_waiting()) {
    const State* state = machine_.waiting(id);
    if (!begins_only_once(plan(), *state)) continue;
    const std::string& step = plan().step(state->step).id;
    machine_.deliver(
        id, Error(ErrorKind::unavailable,
                  "the server stopped while step " + step +
                      " was under way: it may have taken effect or not, and is not tried again "
                      "(effect at-most-once)")
                .in_phase("restart"));
  }
}

// The last record that a session which is left had begun to write.
void RunningSession::written_at_last() {
  if (leaves_when_written_) leave_memory();
}

void RunningSession::record_end_and_leave() {
  recorder_->write_end(plan(), report_, [this](const Result<void>& result) {
    if (result) {
      for (const auto& tell : std::exchange(kept_by_this_, {})) tell();
      for (const auto& tell : std::exchange(kept_by_next_, {})) tell();
      return leave_memory();
    }
    const Error& error = result.error();
    if (error.kind() == ErrorKind::conflict || owner_.stopped()) return leave_memory();
    if (gives_up_) return leave_without_end();
    if (is_passing(error)) {
      waits_to_end_ = true;
      return write_later([this] {
        waits_to_end_ = false;
        record_end_and_leave();
      });
    }
    if (cannot_be_kept_) return leave_memory();
    // That it came to something which cannot be kept is kept.
    cannot_be_kept_ = true;
    report_.status = Status::failed;
    report_.vars = {};
    report_.failure = Failure{error.at("the result of the session"), std::nullopt};
    record_end_and_leave();
  });
}

// Its end could not be written: it goes on from its last record when it is resumed.
void RunningSession::leave_without_end() {
  report_.status = Status::running;
  report_.vars = {};
  report_.failure.reset();
  leave_memory();
}

void RunningSession::write_later(std::function<void()> write) {
  record_again_ = std::make_unique<Timer>(owner_.shard(), std::move(write));
  record_again_->arm(owner_.shard().now() + kWriteAgain);
}

}  // namespace millrace
