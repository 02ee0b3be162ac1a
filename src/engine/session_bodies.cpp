// The streams that a running session holds: which of them are in the journal, how those that are
// not are had again after a restart, and who has them once it has ended.
#include <utility>

#include "engine/repeated_stream.h"
#include "engine/replace_readers.h"
#include "engine/running_session.h"
#include "engine/session_job.h"
#include "engine/stored_body.h"
#include "value/pack.h"

namespace millrace {
namespace {

// All of it is in the next record itself.
bool is_small(const Reader& reader) {
  const auto content = reader.drained();
  return content && (!*content || (*content)->size() <= kInsideRecord);
}

}  // namespace

void RunningSession::bind_restored() {
  for (const Ref<Reader>& reader : std::exchange(restored_, {})) {
    if (reader->drained()) continue;
    make_scopes();
    auto* repeated = dynamic_cast<RepeatedStream*>(reader.get());
    if (repeated != nullptr) repeated->bind(all_.effects_, *session_);
  }
}

// A session that waits for long keeps what it may read later.
void RunningSession::fetch_unread() {
  for (const Ref<Reader>& reader : recorder_->unread()) {
    if (!fetching_.insert(reader.get()).second) continue;
    make_scopes();
    session_->start("body for the journal", [this, reader](Scope& task) -> Task<Result<void>> {
      return fetch(task, reader);
    });
  }
}

Task<Result<void>> RunningSession::fetch(Scope& task, Ref<Reader> reader) {
  const std::shared_ptr<KeptBodies> bodies = recorder_->bodies();
  auto attempt = co_await bodies->keep(task, reader, all_.effects_.pieces(reader));
  fetching_.erase(reader.get());
  if (finishing_ || task.stopped()) co_return Result<void>();
  if (attempt.otherwise) {
    write_later([this] {
      changed_ = true;
      record();
    });
    co_return Result<void>();
  }
  // A failure of the stream is for whoever reads it, now or when the session goes on.
  if (attempt.of_stream) {
    bodies->set(reader, {.kept = StoredReader::Kept::lost, .text = attempt.of_stream->message()});
  }
  changed_ = true;
  all_.queue(*this);
  co_return Result<void>();
}

void RunningSession::note_repeating(const State& state, Job& job) const {
  const Signature* signature = plan().step(state.step).signature;
  if (!recorder_ || signature == nullptr) return;
  const Repeating& repeating = signature->repeating;
  job.is_durable = repeating.is_durable(job.call.arguments);
  const bool may_repeat = !begins_only_once(plan(), state);
  if (!may_repeat || !repeating.gives_again(job.call.arguments)) return;
  job.repeating = &repeating;
  job.call.also_wants(repeating.identity_of);
}

Task<Result<Dict>> RunningSession::call(Scope& step, Job& job) {
  if (!job.is_durable && job.repeating == nullptr) {
    co_return co_await all_.effects_.call(step, *session_, std::move(job.call));
  }
  const FunctionCall called = job.call;
  auto results = co_await all_.effects_.call(step, *session_, std::move(job.call));
  if (!results || !recorder_) co_return results;
  if (job.is_durable) {
    auto durable = co_await make_durable(step, *results);
    if (!durable) co_return durable.error();
  } else if (job.repeating != nullptr) {
    note_streams(called, *job.repeating, *results);
  }
  co_return results;
}

// The step is over once what it gave is in the journal; from there it is read.
Task<Result<void>> RunningSession::make_durable(Scope& step, Dict& results) {
  const std::shared_ptr<KeptBodies> bodies = recorder_->bodies();
  std::map<const Reader*, Ref<Reader>> replaced;
  for (const Ref<Reader>& reader : readers_in(results)) {
    if (is_small(*reader) || replaced.contains(reader.get())) continue;
    auto attempt = co_await bodies->keep(step, reader, all_.effects_.pieces(reader));
    if (attempt.of_stream) co_return *attempt.of_stream;
    if (attempt.otherwise) co_return *attempt.otherwise;
    const StoredReader& kept = *attempt.kept;
    Ref<Reader> stored = make_ref<TextReader>(kept.text);
    if (kept.body != 0) {
      stored = make_ref<StoredBody>(*all_.journal_, id_, kept.body, kept.chunks);
      bodies->set(stored, kept);
    }
    bodies->forget(*reader);
    replaced.emplace(reader.get(), std::move(stored));
  }
  results = replace_readers(std::move(results), [&](const Ref<Reader>& reader) {
    const auto found = replaced.find(reader.get());
    return found == replaced.end() ? reader : found->second;
  });
  co_return Result<void>();
}

// How the streams among the results are had again, should this process go before they are read.
void RunningSession::note_streams(const FunctionCall& call, const Repeating& repeating,
                                  const Dict& results) {
  std::optional<std::string> packed;
  for (const auto& entry : results) {
    if (!entry.value.is_reader() || is_small(*entry.value.as_reader())) continue;
    if (!packed) {
      auto arguments = pack(Value::vars(call.arguments));
      if (!arguments || !arguments->readers.empty()) return;  // it cannot be sent twice
      packed = std::move(arguments->bytes);
    }
    auto again = std::make_shared<RepeatableCall>();
    again->session = call.session;
    again->execution = call.execution;
    again->workflow = call.workflow;
    again->step = call.step;
    again->ref = call.ref;
    again->arguments = *packed;
    again->result = entry.key();
    again->identity = repeating.identity(results);
    const Deadline deadline = all_.effects_.deadline_of(*entry.value.as_reader());
    if (deadline.exists()) {
      const Moment now = moment_of(owner_.shard().clock());
      again->began = now.wall - (now.now - deadline.began());
      again->limit = deadline.limit();
    }
    recorder_->bodies()->set(entry.value.as_reader(),
                             {.kept = StoredReader::Kept::again, .call = std::move(again)});
  }
}

// What another session reads after this one has ended must not lie in this one's part of the
// journal, which goes.
Task<void> RunningSession::hand_over_bodies(Scope& heir) {
  for (const Ref<Reader>& reader : readers_in(report_.vars)) {
    if (dynamic_cast<StoredBody*>(reader.get()) != nullptr && !reader->drained()) {
      (void)co_await all_.effects_.drain(*session_, reader);
    }
    if (auto* repeated = dynamic_cast<RepeatedStream*>(reader.get())) repeated->move_to(heir);
  }
  all_.effects_.hand_over(report_.vars, heir);
}

// What is shown of a body in the journal once that is gone.
Task<void> RunningSession::keep_beginnings() {
  std::map<const Reader*, Ref<Reader>> beginnings;
  for (const Ref<Reader>& reader : readers_in(report_.vars)) {
    auto* stored = dynamic_cast<StoredBody*>(reader.get());
    if (stored == nullptr || reader->drained() || beginnings.contains(reader.get())) continue;
    auto piece = co_await stored->piece(*session_, 0);
    if (!piece) continue;
    beginnings.emplace(reader.get(), make_ref<Excerpt>(std::move(*piece), true, std::nullopt));
  }
  if (beginnings.empty()) co_return;
  report_.vars = replace_readers(std::move(report_.vars), [&](const Ref<Reader>& reader) {
    const auto found = beginnings.find(reader.get());
    return found == beginnings.end() ? reader : found->second;
  });
}

}  // namespace millrace
