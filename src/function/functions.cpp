#include "function/functions.h"

#include <fmt/format.h>

#include "engine/replace_readers.h"
#include "function/registry.h"
#include "net/body.h"
#include "net/cursor.h"
#include "net/gathering.h"
#include "net/line_reader.h"
#include "net/reading.h"

namespace millrace {
namespace {

Task<Result<Dict>> not_found(std::string ref) {
  co_return Error(ErrorKind::not_found,
                  fmt::format("the function \"{}\" is not available here: \"millrace functions\" "
                              "lists those that are",
                              ref));
}

// As much of a reader as is kept of a stream.
class StreamedPieces final : public PieceSource {
 public:
  StreamedPieces(Ref<Reader> reader, std::uint64_t most)
      : cursor_(std::move(reader)), most_(most) {}

  Task<Result<std::string_view>> next(Scope& step) override {
    auto piece = co_await cursor_.next(step);
    if (!piece) co_return piece;
    given_ += piece->size();
    if (given_ <= most_) co_return piece;
    co_return Error(ErrorKind::exhausted,
                    fmt::format("the response body is larger than {} bytes, the most that is kept "
                                "of one: setting http.bodyKeep",
                                most_))
        .in_phase("body");
  }

 private:
  Cursor cursor_;
  std::uint64_t most_;
  std::uint64_t given_ = 0;
};

}  // namespace

Functions::Functions(Shard& shard, FunctionOptions options)
    : http_(shard, std::move(options.http)),
      log_(std::move(options.log)),
      fuel_(options.fuel),
      workers_(shard),
      scripts_(shard, std::move(options.script)) {}

Task<Result<Dict>> Functions::call(Scope& step, Scope& session, FunctionCall call) {
  const Behaviour behaviour = find_behaviour(call.ref);
  if (behaviour == nullptr) return not_found(std::move(call.ref));
  const FunctionContext context{*this, http_, log_, scripts_, workers_, session, fuel_};
  return behaviour(step, context, std::move(call));
}

Task<Result<void>> Functions::drain(Scope& step, Ref<Reader> reader) {
  if (auto* late = dynamic_cast<LateReader*>(reader.get()); late != nullptr && !reader->drained()) {
    auto opened = co_await late->opened(step);
    if (!opened) co_return opened.error();
    reader = std::move(*opened);
  }
  std::uint64_t limit = http_.limits().cast;
  if (const auto* body = dynamic_cast<const Body*>(reader.get())) {
    limit = body->max_size().value_or(limit);
  }
  co_return co_await millrace::drain(step, std::move(reader), limit);
}

Task<Result<void>> Functions::settle(Scope& step, Scope& session) {
  co_return co_await gather_bodies(step, session);
}

bool Functions::is_settled(Scope& session) { return bodies_have_settled(session); }

void Functions::hand_over(const Dict& vars, Scope& receiver) {
  for (const Ref<Reader>& reader : readers_in(vars)) {
    if (auto* body = dynamic_cast<Body*>(reader.get())) body->move_to(receiver);
  }
}

std::unique_ptr<LineSource> Functions::lines(Ref<Reader> reader, std::uint64_t from) {
  return std::make_unique<LineReader>(std::move(reader), from, http_.limits().line);
}

std::unique_ptr<PieceSource> Functions::pieces(Ref<Reader> reader) {
  return std::make_unique<StreamedPieces>(std::move(reader), http_.limits().body_keep);
}

Deadline Functions::deadline_of(const Reader& reader) {
  const auto* body = dynamic_cast<const Body*>(&reader);
  return body == nullptr ? Deadline() : body->deadline();
}

}  // namespace millrace
