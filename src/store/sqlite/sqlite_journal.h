// One shard's journal in a file: hands what is written to the writer and what is asked to the
// readers.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "store/sqlite/reader_pool.h"
#include "store/sqlite/write_queue.h"

namespace millrace::sqlite {

class SqliteJournal final : public Journal {
 public:
  SqliteJournal(Shard& shard, WriteQueue& queue, ReaderPool& readers)
      : queue_(queue), readers_(readers), returns_(std::make_shared<Returns>(shard)) {}
  ~SqliteJournal() override { returns_->close(); }
  SqliteJournal(const SqliteJournal&) = delete;
  SqliteJournal& operator=(const SqliteJournal&) = delete;

  void append(SessionRecord record, Done done) override;
  void put_chunk(ChunkPlace place, std::string bytes, Done done) override;
  void drop_body(std::uint64_t session, std::uint64_t body, Done done) override;
  void count_attempts(std::vector<std::uint64_t> sessions, Done done) override;
  void clear_attempts(std::vector<std::uint64_t> sessions, Done done) override;

  Task<Result<std::optional<StoredSession>>> find(Scope& scope, std::uint64_t session) override;
  Task<Result<std::optional<std::uint64_t>>> find_start(Scope& scope,
                                                        std::string start_key) override;
  Task<Result<SessionPage>> list(Scope& scope, SessionQuery query) override;
  Task<Result<std::vector<Waking>>> waking(Scope& scope, WallTime before, Waking after,
                                           std::size_t limit) override;
  Task<Result<std::vector<PromptRecord>>> prompts(Scope& scope, PromptQuery query) override;
  Task<Result<SessionCounts>> count(Scope& scope) override;
  Task<Result<std::string>> definition(Scope& scope, std::string hash) override;
  Task<Result<std::optional<std::string>>> chunk(Scope& scope, ChunkPlace place) override;
  Task<Result<std::uint64_t>> purge(Scope& scope, WallTime now) override;

 private:
  template <class What>
  void write(What what, Done done);
  template <class T, class Look>
  Task<Result<T>> read(Scope& scope, Look look);

  WriteQueue& queue_;
  ReaderPool& readers_;
  std::shared_ptr<Returns> returns_;
};

}  // namespace millrace::sqlite
