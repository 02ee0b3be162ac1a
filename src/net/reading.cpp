#include "net/reading.h"

#include <fmt/format.h>

#include <string>

#include "engine/piece_reader.h"
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

Task<Result<void>> drain_pieces(Scope& step, Ref<Reader> reader, PieceReader& pieces,
                                std::uint64_t limit) {
  std::string whole;
  Cursor cursor(std::move(reader));
  while (true) {
    auto piece = co_await cursor.next(step);
    if (!piece) co_return piece.error();
    if (piece->empty()) break;
    if (whole.size() + piece->size() > limit) co_return too_large(limit);
    whole += *piece;
  }
  pieces.adopt(std::move(whole));
  co_return Result<void>();
}

}  // namespace

Task<Result<void>> drain(Scope& step, Ref<Reader> reader, std::uint64_t limit) {
  if (const auto drained = reader->drained()) {
    if (!*drained) co_return drained->error();
    co_return Result<void>();
  }
  if (auto* late = dynamic_cast<LateReader*>(reader.get())) {
    auto opened = co_await late->opened(step);
    if (!opened) co_return opened.error();
    co_return co_await drain(step, std::move(*opened), limit);
  }
  if (auto* pieces = dynamic_cast<PieceReader*>(reader.get())) {
    co_return co_await drain_pieces(step, reader, *pieces, limit);
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
