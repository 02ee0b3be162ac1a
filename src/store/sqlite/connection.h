// SQLite's connection and statement with owners and errors. One thread at a time uses a connection
// and its statements; statements go first.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace millrace::sqlite {

// NULL.
struct Null {};
// Bytes that live until the statement has run.
struct Blob {
  std::string_view bytes;
};

class Statement {
 public:
  Statement() = default;

  // Begins anew, with one value a parameter.
  template <class... Values>
  Statement& with(const Values&... values) {
    sqlite3_reset(statement_.get());
    int index = 0;
    (bind(++index, values), ...);
    return *this;
  }
  // True: there is a row. At the end, and after an error, the statement is at rest.
  Result<bool> next();
  // To its end, whatever rows come.
  Result<void> run();
  // No more rows are wanted. Whoever does not read to the end has to say so, for a statement under
  // way holds its snapshot of the file.
  void rest() { sqlite3_reset(statement_.get()); }

  std::int64_t number(int column) { return sqlite3_column_int64(statement_.get(), column); }
  std::uint64_t id(int column) { return static_cast<std::uint64_t>(number(column)); }
  bool is_null(int column) { return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL; }
  std::optional<std::int64_t> optional_number(int column);
  // Valid until the next row.
  std::string_view bytes(int column);

 private:
  friend class Connection;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

  void bind(int index, std::int64_t number) { sqlite3_bind_int64(statement_.get(), index, number); }
  void bind(int index, std::uint64_t id) { bind(index, static_cast<std::int64_t>(id)); }
  void bind(int index, int number) { sqlite3_bind_int(statement_.get(), index, number); }
  void bind(int index, Null /*null*/) { sqlite3_bind_null(statement_.get(), index); }
  void bind(int index, std::string_view text);
  void bind(int index, const Blob& blob);
  template <class T>
  void bind(int index, const std::optional<T>& value) {
    value ? bind(index, *value) : bind(index, Null());
  }

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

struct OpenOptions {
  std::string vfs = {};         // SQLite's name of where files are; empty: the system's
  bool create = false;          // where there is no file
  std::size_t cache = 2 << 20;  // bytes of pages that are kept in memory
};

class Connection {
 public:
  Connection() = default;
  static Result<Connection> open(const std::string& path, const OpenOptions& options);

  Result<Statement> prepare(std::string_view sql);
  // One statement or several, without parameters and whatever rows come.
  Result<void> run(const std::string& sql);
  // The first column of the only row.
  Result<std::int64_t> number(std::string_view sql);
  Result<std::string> text(std::string_view sql);

  bool in_transaction() const { return sqlite3_get_autocommit(database_.get()) == 0; }
  std::int64_t changes() const { return sqlite3_changes64(database_.get()); }
  sqlite3* raw() const { return database_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  };
  std::unique_ptr<sqlite3, Close> database_;
};

// What SQLite has just failed with, for an operator: unavailable, but for bugs of ours.
Error failure_of(sqlite3* database, int code);

}  // namespace millrace::sqlite
