#include "function/functions.h"

#include <fmt/format.h>

#include "function/http/http_request_send.h"
#include "function/log/log_functions.h"
#include "function/script/jsenv_execute.h"
#include "net/body.h"
#include "net/gathering.h"
#include "net/line_reader.h"
#include "net/reading.h"

namespace millrace {

Functions::Functions(Shard& shard, FunctionOptions options)
    : http_(shard, std::move(options.http)),
      log_(std::move(options.log)),
      scripts_(shard, std::move(options.script)) {
  behaviours_ = {{"httpRequestSend", &http_request_send},
                 {"jsenvExecute", &jsenv_execute},
                 {"logDebug", &log_debug},
                 {"logInfo", &log_info},
                 {"logWarn", &log_warn},
                 {"logError", &log_error}};
}

Task<Result<Dict>> Functions::call(Scope& step, Scope& session, FunctionCall call) {
  const auto found = behaviours_.find(call.ref);
  if (found == behaviours_.end()) {
    co_return Error(ErrorKind::not_found,
                    fmt::format("the function \"{}\" is not available here: \"millrace functions\" "
                                "lists those that are",
                                call.ref));
  }
  const FunctionContext context{*this, http_, log_, scripts_, session};
  co_return co_await found->second(step, context, std::move(call));
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

std::unique_ptr<LineSource> Functions::lines(Ref<Reader> reader) {
  return std::make_unique<LineReader>(std::move(reader), http_.limits().line);
}

}  // namespace millrace
