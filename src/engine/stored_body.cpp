#include "engine/stored_body.h"

#include <utility>

namespace millrace {

std::optional<Result<std::string_view>> StoredBody::drained() const {
  if (!whole_) return std::nullopt;
  return Result<std::string_view>(*whole_);
}

Task<Result<std::string>> StoredBody::piece(Scope& step, std::uint64_t number) {
  if (number >= pieces_) co_return std::string();
  auto found = co_await journal_.chunk(step, {session_, body_, number});
  if (!found) co_return found.error().in_phase("body");
  if (!*found) {
    co_return Error(ErrorKind::bug, "a piece of a stored body is missing").in_phase("body");
  }
  co_return std::move(**found);
}

}  // namespace millrace
