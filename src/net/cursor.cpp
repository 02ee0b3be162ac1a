#include "net/cursor.h"

#include <utility>

namespace millrace {
namespace {

// After so many bytes that were there already, others get a turn.
constexpr std::size_t kBetweenYields = 1024 * 1024;

}  // namespace

Cursor::Cursor(Ref<Reader> reader) { read_from(std::move(reader)); }

void Cursor::read_from(Ref<Reader> reader) {
  reader_ = std::move(reader);
  body_ = dynamic_cast<Body*>(reader_.get());
  pieces_ = dynamic_cast<PieceReader*>(reader_.get());
  late_ = dynamic_cast<LateReader*>(reader_.get());
  if (body_ != nullptr) body_->follow(*this);
}

Cursor::~Cursor() {
  unlink();
  if (body_ != nullptr) body_->settle();
}

Result<std::optional<std::string_view>> Cursor::ready() {
  if (has_piece_) {
    has_piece_ = false;
    return std::optional(std::string_view(piece_));
  }
  if (next_piece_ > 0) return std::optional<std::string_view>();
  if (body_ == nullptr) {
    const auto drained = reader_->drained();
    if (!drained && (pieces_ != nullptr || late_ != nullptr)) {
      return std::optional<std::string_view>();
    }
    if (!drained)
      return Error(ErrorKind::bug, "Millrace is at fault: a reader that nobody can fill");
    if (!*drained) return drained->error();
    if (std::exchange(read_all_, true)) return std::optional(std::string_view());
    return std::optional(**drained);
  }
  auto read = body_->read(*this);
  if (!read) return read.error();
  if (!*read) return std::optional<std::string_view>();
  held_ = std::move((*read)->chunk);
  return std::optional((*read)->bytes);
}

Task<Result<std::string_view>> Cursor::next(Scope& step) {
  if (since_yield_ >= kBetweenYields) {
    since_yield_ = 0;
    auto yielded = co_await step.yield();
    if (!yielded) co_return yielded.error().in_phase("body");
  }
  const auto describe = [this, &step] { return doing(step); };
  auto allowed = step.check(describe);
  if (!allowed) co_return allowed.error().in_phase("body");
  while (true) {
    auto found = ready();
    if (!found) co_return found.error();
    if (*found) {
      since_yield_ += (*found)->size();
      co_return **found;
    }
    since_yield_ = 0;
    if (body_ == nullptr) {
      auto brought = co_await bring(step);
      if (!brought) co_return brought.error();
      continue;
    }
    changed_.reset();
    auto waited = co_await step.wait(changed_, describe);
    if (!waited) co_return waited.error().in_phase("body");
  }
}

// What lies elsewhere: the stream itself, or its next piece.
Task<Result<void>> Cursor::bring(Scope& step) {
  if (late_ != nullptr) {
    auto opened = co_await late_->opened(step);
    if (!opened) co_return opened.error();
    read_from(std::move(*opened));
    co_return Result<void>();
  }
  auto piece = co_await pieces_->piece(step, next_piece_);
  if (!piece) co_return piece.error();
  ++next_piece_;
  piece_ = std::move(*piece);
  has_piece_ = true;
  co_return Result<void>();
}

void Cursor::on_change() noexcept {
  changed_.set();
  if (told_) told_();
}

std::string Cursor::doing(const Scope& step) const {
  return body_ != nullptr ? body_->doing(step) : "reading a text";
}

}  // namespace millrace
