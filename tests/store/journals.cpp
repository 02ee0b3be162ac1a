#include "store/journals.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <filesystem>

#include "base/ids.h"

namespace millrace {

TestFolder::TestFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "millrace-store-XXXXXX").string();
  path_ = ::mkdtemp(pattern.data());
}

TestFolder::~TestFolder() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

std::uint64_t session_id(int milliseconds_of_today) {
  return first_id(kToday + milliseconds(milliseconds_of_today)) | 1;
}

SessionRecord session_record(std::uint64_t session) {
  SessionRecord record;
  record.session = session;
  record.epoch = 7;
  record.workflow = "orders";
  record.workflow_id = 42;
  record.created_by = 5;
  record.created = kToday;
  record.changed = kToday + seconds(1);
  record.wake_at = kToday + seconds(2);
  record.plan = "hash of orders";
  record.definition = std::make_shared<const std::string>("the definition of orders");
  record.summary = std::string("begun by\0a person", 17);
  record.payload = fmt::format("state of {}", session);
  return record;
}

SessionRecord ended_record(std::uint64_t session, SessionStatus status, WallTime purge_at) {
  SessionRecord record = session_record(session);
  record.kind = RecordKind::ended;
  record.status = status;
  record.wake_at = std::nullopt;
  record.purge_at = purge_at;
  record.payload = "report";
  return record;
}

PromptRecord prompt_record(std::uint64_t session, std::uint64_t state, std::uint64_t owner) {
  PromptRecord prompt;
  prompt.session = session;
  prompt.state = state;
  prompt.owner = owner;
  prompt.step = "13";
  prompt.ref = "alert";
  prompt.created = kToday + seconds(3);
  prompt.payload = fmt::format("question {}", state);
  return prompt;
}

Task<Result<void>> written_later(Scope& scope, std::function<void(Journal::Done)> begin) {
  std::function<void(Journal::Done)> checked = [&begin](Journal::Done done) {
    auto told = std::make_shared<bool>(false);
    begin([told, done = std::move(done)](Result<void> result) {
      *told = true;
      done(std::move(result));
    });
    // It comes later, never within the call.
    EXPECT_FALSE(*told);
  };
  co_return co_await written(scope, std::move(checked));
}

Task<Result<void>> append(Scope& scope, Journal& journal, SessionRecord record) {
  std::function<void(Journal::Done)> begin = [&journal, &record](Journal::Done done) {
    journal.append(std::move(record), std::move(done));
  };
  co_return co_await written_later(scope, std::move(begin));
}

void with_journal(Store& store, std::function<Task<void>(Scope&, Journal&)> body) {
  Shard shard;
  run_on(shard, [&store, &shard, &body](Scope& scope) -> Task<void> {
    const std::unique_ptr<Journal> journal = store.journal(shard);
    co_await body(scope, *journal);
  });
}

namespace {

std::string described(const std::optional<WallTime>& at) {
  return at ? std::to_string(at->time_since_epoch().count()) : "none";
}

std::string shortened(const std::string& text) {
  return fmt::format("{}... ({}, {:x})", text.substr(0, 40), text.size(),
                     std::hash<std::string>()(text));
}

}  // namespace

std::string described(const PromptRecord& prompt) {
  return fmt::format("prompt {}/{} of {}: step {}, {}, created {}, payload '{}'", prompt.session,
                     prompt.state, prompt.owner, prompt.step, prompt.ref,
                     described(std::optional(prompt.created)), prompt.payload);
}

std::string described(const SessionRecord& record) {
  const std::string& payload = record.payload;
  std::string text = fmt::format(
      "session {}, epoch {}, kind {}, {}, workflow {} ({}), by {}, created {}, changed {}, wakes "
      "{}, goes {}, plan '{}', key '{}', summary '{}', payload '{}'",
      record.session, record.epoch, static_cast<int>(record.kind), to_string(record.status),
      record.workflow, record.workflow_id, record.created_by,
      described(std::optional(record.created)), described(std::optional(record.changed)),
      described(record.wake_at), described(record.purge_at), record.plan, record.start_key,
      record.summary, payload.size() < 100 ? payload : shortened(payload));
  for (const PromptRecord& prompt : record.prompts) text += "\n  " + described(prompt);
  return text;
}

}  // namespace millrace
