// Several questions of one moment: until its end the connection sees the file as it is at the first
// of them.
#pragma once

#include <utility>

#include "store/sqlite/connection.h"

namespace millrace::sqlite {

class Snapshot {
 public:
  static Result<Snapshot> begin(Connection& connection) {
    MILLRACE_TRY(connection.run("BEGIN"));
    return Snapshot(connection);
  }
  Snapshot(Snapshot&& other) noexcept : connection_(std::exchange(other.connection_, nullptr)) {}
  Snapshot& operator=(Snapshot&&) = delete;
  ~Snapshot() {
    if (connection_ != nullptr) (void)connection_->run("COMMIT");
  }

 private:
  explicit Snapshot(Connection& connection) : connection_(&connection) {}
  Connection* connection_;
};

}  // namespace millrace::sqlite
