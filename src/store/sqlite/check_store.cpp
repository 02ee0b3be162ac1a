#include "store/sqlite/check_store.h"

#include <fmt/format.h>

#include "store/record_bytes.h"
#include "store/sqlite/snapshot.h"

namespace millrace::sqlite {
namespace {

constexpr std::size_t kMostFindings = 100;

using Findings = std::vector<std::string>;

Result<void> check_pages(Connection& connection, Findings& findings) {
  MILLRACE_TRY_ASSIGN(statement,
                      connection.prepare(fmt::format("PRAGMA integrity_check({})", kMostFindings)));
  for (;;) {
    MILLRACE_TRY_ASSIGN(row, statement.next());
    if (!row) return {};
    if (statement.bytes(0) != "ok") findings.emplace_back(statement.bytes(0));
  }
}

// `decode` takes the statement at a row.
template <class Decode>
Result<void> check_rows(Connection& connection, std::string_view sql, Findings& findings,
                        Decode decode) {
  MILLRACE_TRY_ASSIGN(statement, connection.prepare(sql));
  while (findings.size() < kMostFindings) {
    MILLRACE_TRY_ASSIGN(row, statement.next());
    if (!row) break;
    const auto decoded = decode(statement);
    if (!decoded) findings.push_back(decoded.error().message());
  }
  return {};
}

// What is kept beside the sessions to be found or counted quickly, against the sessions themselves.
// Each gives a row for what differs.
constexpr const char* kDifferences[] = {
    "SELECT 'the number of sessions of status ' || c.status || ' is ' || count(s.session) ||"
    " ', and counted as ' || c.sessions FROM counts c LEFT JOIN sessions s ON s.status = c.status"
    " GROUP BY c.status HAVING c.sessions <> count(s.session)",
    "SELECT 'definition ' || d.hash || ' is used by ' || count(s.session) || ' sessions, and"
    " counted as ' || d.uses FROM definitions d LEFT JOIN sessions s ON s.definition ="
    " d.definition GROUP BY d.definition HAVING d.uses <> count(s.session)",
    "SELECT 'session ' || session || ' has lost its definition' FROM sessions WHERE definition"
    " NOT IN (SELECT definition FROM definitions)",
    "SELECT 'session ' || session || ' has lost prompts' FROM sessions s WHERE prompts <>"
    " (SELECT count(*) FROM prompts p WHERE p.session = s.session)",
    "SELECT 'session ' || session || ' has lost its start key' FROM sessions s WHERE start_key"
    " IS NOT NULL AND NOT EXISTS (SELECT 1 FROM start_keys k WHERE k.start_key = s.start_key AND"
    " k.session = s.session)",
    "SELECT 'a start key is of session ' || session || ', which is not stored' FROM start_keys"
    " WHERE session NOT IN (SELECT session FROM sessions)",
};

Result<void> check_differences(Connection& connection, Findings& findings) {
  for (const char* sql : kDifferences) {
    MILLRACE_TRY_ASSIGN(statement, connection.prepare(sql));
    while (findings.size() < kMostFindings) {
      MILLRACE_TRY_ASSIGN(row, statement.next());
      if (!row) break;
      findings.emplace_back(statement.bytes(0));
    }
  }
  return {};
}

}  // namespace

Result<std::vector<std::string>> check_store(const std::string& path) {
  MILLRACE_TRY_ASSIGN(connection, Connection::open(path, {}));
  MILLRACE_TRY(connection.run("PRAGMA query_only=1"));
  // All questions of one moment, for a server may be writing.
  const Result<Snapshot> snapshot = Snapshot::begin(connection);
  if (!snapshot) return snapshot.error();
  Findings findings;
  MILLRACE_TRY(check_pages(connection, findings));
  MILLRACE_TRY(check_differences(connection, findings));
  MILLRACE_TRY(check_rows(
      connection, "SELECT session, head, payload FROM sessions", findings,
      [](Statement& row) { return decode_record(row.id(0), row.bytes(1), row.bytes(2)); }));
  MILLRACE_TRY(check_rows(connection, "SELECT session, content FROM prompts", findings,
                          [](Statement& row) { return decode_prompt(row.id(0), row.bytes(1)); }));
  MILLRACE_TRY(check_rows(connection, "SELECT session, body, number, content FROM chunks", findings,
                          [](Statement& row) {
                            return decode_chunk({row.id(0), row.id(1), row.id(2)}, row.bytes(3));
                          }));
  MILLRACE_TRY(
      check_rows(connection, "SELECT hash, content FROM definitions", findings,
                 [](Statement& row) { return decode_definition(row.bytes(0), row.bytes(1)); }));
  return findings;
}

}  // namespace millrace::sqlite
