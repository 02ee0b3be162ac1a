// The SQL that answers a question for sessions, so that an index answers it.
#pragma once

#include <string>

#include "engine/journal_record.h"

namespace millrace::sqlite {

// Columns: session, epoch, status, attempts, prompts, start_key, head, and with payloads payload.
// One row more than the limit, where there are more.
std::string list_sql(const SessionQuery& query);

inline constexpr char kSessionColumns[] =
    "session, epoch, status, attempts, prompts, start_key, head";

}  // namespace millrace::sqlite
