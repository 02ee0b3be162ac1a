#include "store/sqlite/list_query.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/ids.h"

namespace millrace::sqlite {
namespace {

std::vector<std::string> conditions_of(const SessionQuery& query) {
  std::vector<std::string> all;
  const auto add = [&all](std::string condition) { all.push_back(std::move(condition)); };
  // The second half of each names a partial index, which is not taken without.
  if (query.workflow_id != 0) {
    add(fmt::format("workflow = {} AND workflow <> 0",
                    static_cast<std::int64_t>(query.workflow_id)));
  }
  if (query.created_by != 0) {
    add(fmt::format("created_by = {} AND created_by <> 0",
                    static_cast<std::int64_t>(query.created_by)));
  }
  if (query.created_from) add(fmt::format("session >= {}", first_id(*query.created_from)));
  if (query.created_before) add(fmt::format("session < {}", first_id(*query.created_before)));
  if (query.after != 0) {
    add(fmt::format("session {} {}", query.oldest_first ? ">" : "<",
                    static_cast<std::int64_t>(query.after)));
  }
  return all;
}

std::string where(const std::vector<std::string>& conditions) {
  return conditions.empty() ? "" : fmt::format(" WHERE {}", fmt::join(conditions, " AND "));
}

std::vector<int> statuses_of(const SessionQuery& query) {
  std::vector<int> statuses;
  for (const SessionStatus status : query.statuses) statuses.push_back(static_cast<int>(status));
  std::sort(statuses.begin(), statuses.end());
  statuses.erase(std::unique(statuses.begin(), statuses.end()), statuses.end());
  return statuses;
}

}  // namespace

std::string list_sql(const SessionQuery& query) {
  const std::vector<int> statuses = statuses_of(query);
  std::vector<std::string> conditions = conditions_of(query);
  const std::string order = fmt::format(" ORDER BY session{} LIMIT {}",
                                        query.oldest_first ? "" : " DESC", query.limit + 1);
  const bool is_indexed = std::find(statuses.begin(), statuses.end(),
                                    static_cast<int>(SessionStatus::completed)) == statuses.end();
  if (!statuses.empty() && is_indexed) {
    // Each status has its sessions in order in the index, and no more than a page of each is read.
    std::vector<std::string> parts;
    for (const int status : statuses) {
      std::vector<std::string> of_status = conditions;
      of_status.push_back(fmt::format("status = {} AND status <> 4", status));
      parts.push_back(
          fmt::format("SELECT * FROM (SELECT session FROM sessions{}{})", where(of_status), order));
    }
    conditions = {fmt::format("session IN ({})", fmt::join(parts, " UNION ALL "))};
  } else if (!statuses.empty()) {
    conditions.push_back(fmt::format("status IN ({})", fmt::join(statuses, ", ")));
  }
  return fmt::format("SELECT {}{} FROM sessions{}{}", kSessionColumns,
                     query.with_payload ? ", payload" : "", where(conditions), order);
}

}  // namespace millrace::sqlite
