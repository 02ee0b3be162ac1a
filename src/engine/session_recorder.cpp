#include "engine/session_recorder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/frontier.h"
#include "value/pack.h"

namespace millrace {
namespace {

constexpr std::size_t kInside = 64 * 1024;    // of a body, in the record itself
constexpr std::size_t kChunk = 256UL * 1024;  // of one that is larger

SessionStatus stored_status(Status status) {
  switch (status) {
    case Status::running: return SessionStatus::started;
    case Status::prompted: return SessionStatus::prompted;
    case Status::suspended: return SessionStatus::suspended;
    case Status::completed: return SessionStatus::completed;
    case Status::failed: return SessionStatus::failed;
    case Status::canceled: return SessionStatus::canceled;
  }
  return SessionStatus::started;
}

}  // namespace

std::string child_key(std::uint64_t session, std::uint64_t execution) {
  return fmt::format("session {}, execution {}", session, execution);
}

SessionRecorder::SessionRecorder(Journal& journal, const Clock& clock, std::uint64_t session,
                                 std::uint64_t epoch, const Recording& recording,
                                 SessionImage image)
    : journal_(journal),
      clock_(clock),
      session_(session),
      epoch_(epoch),
      recording_(recording),
      image_(std::move(image)) {}

SessionRecord SessionRecorder::record_for(const Plan& plan, RecordKind kind) const {
  SessionRecord record;
  record.session = session_;
  record.epoch = epoch_;
  record.kind = kind;
  record.workflow = plan.handle();
  record.workflow_id = recording_.workflow_id;
  record.created_by = recording_.created_by;
  record.created = image_.began;
  record.changed = clock_.wall();
  record.plan = plan.hash();
  record.definition = plan.definition();
  record.start_key = recording_.start_key;
  return record;
}

Result<SessionRecord> SessionRecorder::record_of(const SessionMachine& machine, RecordKind kind) {
  SessionRecord record = record_for(machine.plan(), kind);
  record.status = stored_status(machine.status());
  wakes_at_ = wake_of(machine);
  record.wake_at = wakes_at_;
  MILLRACE_TRY(add_prompts(machine, record));
  MILLRACE_TRY_ASSIGN(packed, pack_frontier(machine));
  image_.frontier = std::move(packed.bytes);
  image_.readers.clear();
  unread_.clear();
  for (const Ref<Reader>& reader : packed.readers) image_.readers.push_back(stored(reader, kind));
  MILLRACE_TRY_ASSIGN(payload, write_image(image_));
  record.payload = std::move(payload);
  image_.frontier.clear();
  return record;
}

// What is to be read of a session that leaves memory is kept whole; of one that is in memory, only
// what is small: the rest would be written again with each record.
StoredReader SessionRecorder::stored(const Ref<Reader>& reader, RecordKind kind) {
  StoredReader kept;
  const auto content = reader->drained();
  if (!content) {
    unread_.push_back(reader);
    kept.text = "the server stopped while this was still arriving";
  } else if (!*content) {
    kept.text = content->error().message();
  } else if ((*content)->size() <= kInside) {
    kept.kept = StoredReader::Kept::inside;
    kept.text = **content;
  } else if (kind == RecordKind::suspended) {
    kept.kept = StoredReader::Kept::in_chunks;
    kept.body = ++bodies_;
    for (std::string_view rest = **content; !rest.empty(); ++kept.chunks) {
      const std::string_view piece = rest.substr(0, kChunk);
      rest.remove_prefix(piece.size());
      journal_.put_chunk({session_, kept.body, kept.chunks}, std::string(piece),
                         [this](const Result<void>& result) {
                           if (!result) chunk_failure_ = result.error();
                         });
    }
  } else {
    kept.text = "the server stopped while this was in its memory";
  }
  return kept;
}

Result<void> SessionRecorder::add_prompts(const SessionMachine& machine,
                                          SessionRecord& record) const {
  for (const std::uint64_t id : machine.all_waiting()) {
    const State* state = machine.waiting(id);
    const auto* prompt = std::get_if<PromptEffect>(&state->effect->what);
    if (prompt == nullptr) continue;
    const PlanStep& step = machine.plan().step(state->step);
    MILLRACE_TRY_ASSIGN(payload, pack(Value::vars(prompt->arguments)));
    record.prompts.push_back({.session = session_,
                              .state = id,
                              .owner = 0,
                              .step = step.id,
                              .ref = step.ref,
                              .created = state->began,
                              .payload = std::move(payload.bytes)});
  }
  return {};
}

// The first of what happens by itself: the end of a delay, the limit of a step, loop or session.
std::optional<WallTime> SessionRecorder::wake_of(const SessionMachine& machine) const {
  std::optional<WallTime> wake;
  const auto consider = [&wake](WallTime at) { wake = wake ? std::min(*wake, at) : at; };
  const auto end_of = [](WallTime began, Nanos length) {
    return length < WallTime::max() - began ? began + length : WallTime::max();
  };
  if (machine.status() != Status::prompted && machine.status() != Status::suspended) {
    return image_.began;
  }
  if (image_.limit) consider(end_of(image_.began, image_.limit->length));
  for (const std::uint64_t id : machine.all_waiting()) {
    const Effect& effect = *machine.waiting(id)->effect;
    if (const auto* delay = std::get_if<DelayEffect>(&effect.what)) consider(delay->until);
    for (const auto& bound : {effect.of_step, effect.of_loop}) {
      if (bound) consider(end_of(bound->began, bound->limit.length));
    }
  }
  return wake;
}

void SessionRecorder::write(const SessionMachine& machine, RecordKind kind, Written written) {
  chunk_failure_.reset();
  auto record = record_of(machine, kind);
  if (!record) return written(record.error());
  writing_ = true;
  journal_.append(std::move(*record), [this, written = std::move(written)](Result<void> result) {
    writing_ = false;
    if (chunk_failure_) result = *chunk_failure_;
    written(std::move(result));
  });
}

void SessionRecorder::write_end(const Plan& plan, const SessionReport& report, Written written) {
  SessionRecord record = record_for(plan, RecordKind::ended);
  record.status = stored_status(report.status);
  if (recording_.kept) record.purge_at = record.changed + *recording_.kept;
  SessionOutcome outcome{.vars = report.vars, .error = {}, .step = {}, .elapsed = report.elapsed};
  if (report.failure) {
    outcome.error = report.failure->error;
    if (report.failure->step) outcome.step = plan.step(*report.failure->step).id;
  }
  auto payload = write_outcome(outcome);
  if (!payload) {
    outcome.vars = {};
    outcome.error =
        payload.error().with_message("the result cannot be stored: " + payload.error().message());
    payload = write_outcome(outcome);
  }
  record.payload = std::move(*payload);
  journal_.append(std::move(record), std::move(written));
}

}  // namespace millrace
