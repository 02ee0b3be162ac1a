// The tables of a store's file, and how a file of an earlier release gets them. Migrations only go
// forward, and never change once released.
#pragma once

#include <span>
#include <string>

#include "store/sqlite/connection.h"

namespace millrace::sqlite {

struct Migration {
  std::int64_t version;  // of the file once it has run
  const char* sql;
};
// In order, from version 1 on.
std::span<const Migration> migrations();

// Error (invalid) for a database of another program. Changes nothing.
Result<void> check_kind(Connection& connection, const std::string& path);

// Brings the file to the last of `to`; `path` is its own, beside which a copy ("PATH.before-2") is
// kept before anything in it changes. Errors: invalid for a file that is no store or that a later
// release wrote, which is named.
Result<void> migrate(Connection& connection, const std::string& path,
                     std::span<const Migration> to = migrations());

}  // namespace millrace::sqlite
