// Questions about what is stored, on a connection that only reads: the readers' side of tables.h.
// Each answer is of one moment.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/journal_record.h"
#include "store/sqlite/connection.h"

namespace millrace::sqlite {

class Reader {
 public:
  // `page`: bytes of payloads after which a page of sessions ends.
  Reader(Connection connection, std::size_t page)
      : connection_(std::move(connection)), page_(page) {}

  Result<std::optional<StoredSession>> find(std::uint64_t session);
  Result<std::optional<std::uint64_t>> find_start(const std::string& start_key);
  Result<SessionPage> list(const SessionQuery& query);
  Result<std::vector<Waking>> waking(WallTime before, const Waking& after, std::size_t limit);
  Result<std::vector<PromptRecord>> prompts(const PromptQuery& query);
  Result<SessionCounts> count();
  Result<std::string> definition(const std::string& hash);
  Result<std::optional<std::string>> chunk(const ChunkPlace& place);

 private:
  Result<Statement*> query(const std::string& sql);
  Result<StoredSession> decode(Statement& row, bool with_payload);
  Result<std::vector<PromptRecord>> prompts_of(std::uint64_t session);
  Result<SessionPage> page_of(const std::string& sql, const SessionQuery& query);

  Connection connection_;
  std::size_t page_;
  // By their text; those goes before the connection.
  std::unordered_map<std::string, Statement> statements_;
};

}  // namespace millrace::sqlite
