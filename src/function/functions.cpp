#include "function/functions.h"

#include <fmt/format.h>

#include "engine/replace_readers.h"
#include "function/registry.h"
#include "net/body.h"
#include "net/gathering.h"
#include "net/line_reader.h"
#include "net/reading.h"

namespace millrace {

Functions::Functions(Shard& shard, FunctionOptions options)
    : http_(shard, std::move(options.http)),
      log_(std::move(options.log)),
      fuel_(options.fuel),
      workers_(shard),
      scripts_(shard, std::move(options.script)) {}

Task<Result<Dict>> Functions::call(Scope& step, Scope& session, FunctionCall call) {
  const Behaviour behaviour = find_behaviour(call.ref);
  if (behaviour == nullptr) {
    co_return Error(ErrorKind::not_found,
                    fmt::format("the function \"{}\" is not available here: \"millrace functions\" "
                                "lists those that are",
                                call.ref));
  }
  const FunctionContext context{*this, http_, log_, scripts_, workers_, session, fuel_};
  co_return co_await behaviour(step, context, std::move(call));
}

Task<Result<void>> Functions::drain(Scope& step, Ref<Reader> reader) {
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

}  // namespace millrace
