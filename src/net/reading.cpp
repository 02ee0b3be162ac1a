#include "net/reading.h"

#include <fmt/format.h>

#include <string>

#include "net/body.h"
#include "net/cursor.h"

namespace millrace {
namespace {

Error too_large(std::uint64_t limit) {
  return Error(ErrorKind::exhausted,
               fmt::format("the response body is larger than {} bytes, the most that is read into "
                           "memory: read it line by line (loopLines), or give the request a "
                           "\"maxBodySize\"",
                           limit))
      .in_phase("body");
}

}  // namespace

Task<Result<void>> drain(Scope& step, Ref<Reader> reader, std::uint64_t limit) {
  if (const auto drained = reader->drained()) {
    if (!*drained) co_return drained->error();
    co_return Result<void>();
  }
  auto* body = dynamic_cast<Body*>(reader.get());
  if (body == nullptr) {
    co_return Error(ErrorKind::bug, "Millrace is at fault: a reader that nobody can fill");
  }
  std::string whole;
  const bool length_known = body->announced() >= 0 && !body->is_encoded();
  const auto length = length_known ? static_cast<std::uint64_t>(body->announced()) : 0;
  if (length > limit) co_return body->named(too_large(limit));
  Cursor cursor(reader);
  while (true) {
    auto piece = co_await cursor.next(step);
    if (!piece) co_return piece.error();
    if (piece->empty()) break;
    if (whole.size() + piece->size() > limit) co_return body->named(too_large(limit));
    // What was announced is believed once something has come.
    if (whole.empty()) whole.reserve(static_cast<std::size_t>(length));
    whole += *piece;
  }
  body->adopt(std::move(whole));
  co_return Result<void>();
}

}  // namespace millrace
