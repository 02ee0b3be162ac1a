// A journal in front of another one: what a test wants to be different it overrides.
#pragma once

#include <utility>

#include "engine/journal.h"

namespace millrace {

class ForwardingJournal : public Journal {
 public:
  explicit ForwardingJournal(Journal& journal) : journal_(journal) {}

  void append(SessionRecord record, Done done) override {
    journal_.append(std::move(record), std::move(done));
  }
  void put_chunk(ChunkPlace place, std::string bytes, Done done) override {
    journal_.put_chunk(place, std::move(bytes), std::move(done));
  }
  void drop_body(std::uint64_t session, std::uint64_t body, Done done) override {
    journal_.drop_body(session, body, std::move(done));
  }
  void count_attempts(std::vector<std::uint64_t> sessions, Done done) override {
    journal_.count_attempts(std::move(sessions), std::move(done));
  }
  void clear_attempts(std::vector<std::uint64_t> sessions, Done done) override {
    journal_.clear_attempts(std::move(sessions), std::move(done));
  }
  Task<Result<std::optional<StoredSession>>> find(Scope& scope, std::uint64_t session) override {
    return journal_.find(scope, session);
  }
  Task<Result<std::optional<std::uint64_t>>> find_start(Scope& scope, std::string key) override {
    return journal_.find_start(scope, std::move(key));
  }
  Task<Result<SessionPage>> list(Scope& scope, SessionQuery query) override {
    return journal_.list(scope, std::move(query));
  }
  Task<Result<std::vector<Waking>>> waking(Scope& scope, WallTime before, Waking after,
                                           std::size_t limit) override {
    return journal_.waking(scope, before, after, limit);
  }
  Task<Result<std::vector<PromptRecord>>> prompts(Scope& scope, PromptQuery query) override {
    return journal_.prompts(scope, query);
  }
  Task<Result<SessionCounts>> count(Scope& scope) override { return journal_.count(scope); }
  Task<Result<std::string>> definition(Scope& scope, std::string hash) override {
    return journal_.definition(scope, std::move(hash));
  }
  Task<Result<std::optional<std::string>>> chunk(Scope& scope, ChunkPlace place) override {
    return journal_.chunk(scope, place);
  }
  Task<Result<std::uint64_t>> purge(Scope& scope, WallTime now) override {
    return journal_.purge(scope, now);
  }

 protected:
  Journal& journal_;
};

}  // namespace millrace
