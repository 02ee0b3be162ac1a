// Copies of a store while it is in use.
#pragma once

#include <string>

#include "store/sqlite/connection.h"

namespace millrace::sqlite {

// A copy of what is durable now, at `to`, where no file may be; it is complete, durable and checked
// once it has that name. Writers go on meanwhile; the log grows until it is done. Holds its thread.
Result<void> back_up(Connection& from, const std::string& to);
// The same of the store at `path`, which another process may have open.
Result<void> back_up(const std::string& path, const std::string& to);

}  // namespace millrace::sqlite
