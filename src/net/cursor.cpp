#include "net/cursor.h"

#include <utility>

namespace millrace {
namespace {

// After so many bytes that were there already, others get a turn.
constexpr std::size_t kBetweenYields = 1024 * 1024;

}  // namespace

Cursor::Cursor(Ref<Reader> reader)
    : reader_(std::move(reader)), body_(dynamic_cast<Body*>(reader_.get())) {
  if (body_ != nullptr) body_->follow(*this);
}

Cursor::~Cursor() {
  unlink();
  if (body_ != nullptr) body_->settle();
}

Result<std::optional<std::string_view>> Cursor::ready() {
  if (body_ == nullptr) {
    const auto drained = reader_->drained();
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
    changed_.reset();
    auto waited = co_await step.wait(changed_, describe);
    if (!waited) co_return waited.error().in_phase("body");
  }
}

void Cursor::on_change() noexcept {
  changed_.set();
  if (told_) told_();
}

std::string Cursor::doing(const Scope& step) const {
  return body_ != nullptr ? body_->doing(step) : "reading a text";
}

}  // namespace millrace
