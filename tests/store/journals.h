// Journals for tests: files of their own, records with something in every field, and writing that
// can be waited for.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "scope/run_on_shard.h"
#include "store/sqlite/sqlite_store.h"
#include "store/store.h"

namespace millrace {

// A folder that goes with what is in it.
class TestFolder {
 public:
  TestFolder();
  ~TestFolder();
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  std::string file(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline constexpr WallTime kToday = std::chrono::sys_days(std::chrono::year(2026) / 3 / 1);

// The id of a session that began so many milliseconds into kToday.
std::uint64_t session_id(int milliseconds_of_today);
// With something in every field, and a definition; the same number gives the same record.
SessionRecord session_record(std::uint64_t session);
SessionRecord ended_record(std::uint64_t session, SessionStatus status, WallTime purge_at);
PromptRecord prompt_record(std::uint64_t session, std::uint64_t state, std::uint64_t owner);

Task<Result<void>> append(Scope& scope, Journal& journal, SessionRecord record);
// `begin` takes what is to be told of the end.
Task<Result<void>> written_later(Scope& scope, std::function<void(Journal::Done)> begin);

// Runs `body` on a shard with a journal of `store`.
void with_journal(Store& store, std::function<Task<void>(Scope&, Journal&)> body);

// Every field, for people.
std::string described(const SessionRecord& record);
std::string described(const PromptRecord& prompt);

#define EXPECT_OK(result)                                              \
  do {                                                                 \
    const auto& expected_ = (result);                                  \
    EXPECT_TRUE(expected_.has_value()) << expected_.error().to_line(); \
  } while (false)

}  // namespace millrace
