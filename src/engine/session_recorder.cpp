#include "engine/session_recorder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/wall_time.h"
#include "engine/frontier.h"
#include "engine/repeated_stream.h"
#include "engine/trace.h"
#include "value/pack.h"

namespace millrace {
namespace {

// What a person is shown of a prompt's arguments: of a stream its beginning, as a text.
Dict shown(const Dict& arguments) {
  Dict all = arguments;
  for (const auto& entry : arguments) {
    if (!entry.value.is_reader()) continue;
    const auto content = entry.value.as_reader()->drained();
    const std::string_view text =
        content && *content ? (*content)->substr(0, kExcerptBytes) : "(a stream)";
    all.set(entry.key(), Value::text(text).with_type(Type::String));
  }
  return all;
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
      image_(std::move(image)),
      bodies_(std::make_shared<KeptBodies>(journal, session)) {}

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
  image_.last_body = bodies_->last();
  image_.bodies = bodies_->numbers();
  if (!facts_) {
    MILLRACE_TRY_ASSIGN(facts, pack_facts(image_.facts));
    facts_ = std::move(facts);
  }
  record.payload = write_image(image_, *facts_);
  image_.frontier.clear();
  return record;
}

// What is small is in the record. The rest is referred to where it lies in the journal, or the call
// that gave it is made again; before a session leaves memory it is brought into the journal.
StoredReader SessionRecorder::stored(const Ref<Reader>& reader, RecordKind kind) {
  using Kept = StoredReader::Kept;
  const StoredReader* known = bodies_->find(*reader);
  if (known != nullptr && known->kept != Kept::again) return *known;
  const auto* repeated = dynamic_cast<const RepeatedStream*>(reader.get());
  const auto content = reader->drained();
  if (content && !*content) return {.kept = Kept::lost, .text = content->error().message()};
  if (content && (*content)->size() <= kInsideRecord) {
    return {.kept = Kept::inside, .text = std::string(**content)};
  }
  if (kind == RecordKind::suspended) unread_.push_back(reader);
  if (known != nullptr) return *known;
  if (repeated != nullptr) return {.kept = Kept::again, .call = repeated->call()};
  return {.kept = Kept::lost,
          .text = content ? "the server stopped while this was in its memory"
                          : "the server stopped while this was still arriving"};
}

std::set<std::uint64_t> SessionRecorder::referred() const {
  std::set<std::uint64_t> bodies;
  for (const StoredReader& reader : image_.readers) {
    if (reader.body != 0) bodies.insert(reader.body);
  }
  return bodies;
}

Result<void> SessionRecorder::add_prompts(const SessionMachine& machine,
                                          SessionRecord& record) const {
  for (const std::uint64_t id : machine.all_waiting()) {
    const State* state = machine.waiting(id);
    const auto* prompt = std::get_if<PromptEffect>(&state->effect->what);
    if (prompt == nullptr) continue;
    const PlanStep& step = machine.plan().step(state->step);
    MILLRACE_TRY_ASSIGN(payload, pack(Value::vars(shown(prompt->arguments))));
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
  if (machine.status() != Status::prompted && machine.status() != Status::suspended) {
    return image_.began;
  }
  if (image_.limit) consider(later_by(image_.began, image_.limit->length));
  for (const std::uint64_t id : machine.all_waiting()) {
    const Effect& effect = *machine.waiting(id)->effect;
    if (const auto* delay = std::get_if<DelayEffect>(&effect.what)) consider(delay->until);
    for (const auto& bound : {effect.of_step, effect.of_loop}) {
      if (bound) consider(later_by(bound->began, bound->limit.length));
    }
  }
  return wake;
}

void SessionRecorder::write(const SessionMachine& machine, RecordKind kind, Written written) {
  auto record = record_of(machine, kind);
  if (!record) return written(record.error());
  writing_ = true;
  journal_.append(std::move(*record), [this, written = std::move(written)](Result<void> result) {
    writing_ = false;
    if (result) bodies_->drop_all_but(referred());
    written(std::move(result));
  });
}

void SessionRecorder::write_end(const Plan& plan, const SessionReport& report, Written written) {
  SessionRecord record = record_for(plan, RecordKind::ended);
  record.status = stored_status(report.status);
  if (recording_.kept) record.purge_at = later_by(record.changed, *recording_.kept);
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
