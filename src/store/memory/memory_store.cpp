#include "store/memory/memory_store.h"

#include <mutex>
#include <utility>

#include "store/memory/memory_tables.h"

namespace millrace {

// Shards of one process may share it.
struct MemoryStore::Shared {
  std::mutex mutex;
  MemoryTables tables;
};

namespace {

template <class Shared>
class MemoryJournal final : public Journal {
 public:
  MemoryJournal(Shard& shard, std::shared_ptr<Shared> shared)
      : shared_(std::move(shared)), returns_(std::make_shared<Returns>(shard)) {}
  ~MemoryJournal() override { returns_->close(); }
  MemoryJournal(const MemoryJournal&) = delete;
  MemoryJournal& operator=(const MemoryJournal&) = delete;

  void append(SessionRecord record, Done done) override {
    write(RecordWrite{std::move(record), {}}, std::move(done));
  }
  void put_chunk(ChunkPlace place, std::string bytes, Done done) override {
    write(ChunkWrite{place, std::move(bytes)}, std::move(done));
  }
  void drop_body(std::uint64_t session, std::uint64_t body, Done done) override {
    write(BodyDrop{session, body}, std::move(done));
  }
  void count_attempts(std::vector<std::uint64_t> sessions, Done done) override {
    write(AttemptsCount{std::move(sessions)}, std::move(done));
  }
  void clear_attempts(std::vector<std::uint64_t> sessions, Done done) override {
    write(AttemptsClear{std::move(sessions)}, std::move(done));
  }

  Task<Result<std::optional<StoredSession>>> find(Scope& scope, std::uint64_t session) override {
    return read<std::optional<StoredSession>>(scope,
                                              [session](auto& all) { return all.find(session); });
  }
  Task<Result<std::optional<std::uint64_t>>> find_start(Scope& scope,
                                                        std::string start_key) override {
    return read<std::optional<std::uint64_t>>(
        scope, [key = std::move(start_key)](auto& all) { return all.find_start(key); });
  }
  Task<Result<SessionPage>> list(Scope& scope, SessionQuery query) override {
    return read<SessionPage>(scope,
                             [query = std::move(query)](auto& all) { return all.list(query); });
  }
  Task<Result<std::vector<Waking>>> waking(Scope& scope, WallTime before, Waking after,
                                           std::size_t limit) override {
    return read<std::vector<Waking>>(
        scope, [before, after, limit](auto& all) { return all.waking(before, after, limit); });
  }
  Task<Result<std::vector<PromptRecord>>> prompts(Scope& scope, PromptQuery query) override {
    return read<std::vector<PromptRecord>>(scope,
                                           [query](auto& all) { return all.prompts(query); });
  }
  Task<Result<SessionCounts>> count(Scope& scope) override {
    return read<SessionCounts>(scope, [](auto& all) { return all.count(); });
  }
  Task<Result<std::string>> definition(Scope& scope, std::string hash) override {
    return read<std::string>(scope,
                             [hash = std::move(hash)](auto& all) { return all.definition(hash); });
  }
  Task<Result<std::optional<std::string>>> chunk(Scope& scope, ChunkPlace place) override {
    return read<std::optional<std::string>>(scope, [place](auto& all) { return all.chunk(place); });
  }
  Task<Result<std::uint64_t>> purge(Scope& scope, WallTime now) override {
    return read<std::uint64_t>(scope, [now](auto& all) { return all.purge(now); });
  }

 private:
  template <class What>
  void write(What what, Done done) {
    returns_->expect();
    Write write{std::move(what), std::move(done), returns_};
    const std::lock_guard lock(shared_->mutex);
    returns_->give(write.answer(
        std::visit([this](auto& what) { return shared_->tables.apply(what); }, write.what)));
  }

  template <class T, class Look>
  Task<Result<T>> read(Scope& scope, Look look) {
    return ask<T>(
        scope, returns_,
        [shared = shared_, look = std::move(look)](auto answer) {
          const std::lock_guard lock(shared->mutex);
          answer(Result<T>(look(shared->tables)));
        },
        "reading the journal");
  }

  std::shared_ptr<Shared> shared_;
  std::shared_ptr<Returns> returns_;
};

}  // namespace

MemoryStore::MemoryStore() : shared_(std::make_shared<Shared>()) {}
MemoryStore::~MemoryStore() = default;

std::unique_ptr<Journal> MemoryStore::journal(Shard& shard) {
  return std::make_unique<MemoryJournal<Shared>>(shard, shared_);
}

}  // namespace millrace
