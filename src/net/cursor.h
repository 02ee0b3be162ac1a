// Reads any Reader from its beginning, piece by piece, beside any number of other cursors. A cursor
// keeps its reader alive and harms it in no way: stopping the step that reads leaves the stream as
// it was.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "engine/piece_reader.h"
#include "net/body.h"
#include "scope/scope.h"

namespace millrace {

class Cursor final : private Body::Follower {
 public:
  explicit Cursor(Ref<Reader> reader);
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;
  ~Cursor();

  // The next bytes where they are there already, valid until the next call; empty at the end;
  // nothing where next() has to be asked. An error of the stream comes after the bytes before it,
  // and again each time.
  Result<std::optional<std::string_view>> ready();
  // The next bytes, waited for; empty at the end. Stopping `step` ends the wait only.
  Task<Result<std::string_view>> next(Scope& step);

  // Called when ready() may have something new, for those that cannot wait; {} to end it. Must only
  // note it, wake or post.
  void on_ready(std::function<void()> told) { told_ = std::move(told); }

 private:
  void on_change() noexcept override;
  std::string doing(const Scope& step) const;
  void read_from(Ref<Reader> reader);
  Task<Result<void>> bring(Scope& step);

  Ref<Reader> reader_;
  Body* body_ = nullptr;  // one of these at most; none: the content is there
  PieceReader* pieces_ = nullptr;
  LateReader* late_ = nullptr;
  std::uint64_t next_piece_ = 0;
  std::string piece_;
  bool has_piece_ = false;  // that has not been given
  bool read_all_ = false;
  Ref<Chunk> held_;
  std::size_t since_yield_ = 0;
  Event changed_;
  std::function<void()> told_;
};

}  // namespace millrace
