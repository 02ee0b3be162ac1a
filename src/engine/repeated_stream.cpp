#include "engine/repeated_stream.h"

#include <fmt/format.h>

#include <utility>

#include "base/wall_time.h"
#include "value/pack.h"

namespace millrace {

void RepeatedStream::bind(Effects& effects, Scope& session) {
  effects_ = &effects;
  session_ = &session;
  session.own(*this);
}

void RepeatedStream::move_to(Scope& receiver) {
  if (session_ == nullptr) return;
  Owned::unlink();
  receiver.own(*this);
  session_ = &receiver;
  if (stream_) {
    effects_->hand_over({{call_->result, Value::reader(stream_).with_type(Type::Reader)}},
                        receiver);
  }
}

void RepeatedStream::release() noexcept {
  session_ = nullptr;
  effects_ = nullptr;
}

std::optional<Result<std::string_view>> RepeatedStream::drained() const {
  if (poison_) return Result<std::string_view>(*poison_);
  if (stream_) return stream_->drained();
  return std::nullopt;
}

Error RepeatedStream::refused(std::string_view why) const {
  return Error(ErrorKind::unavailable,
               fmt::format("the stream that step {} opened was requested again after a restart of "
                           "the server, and {}",
                           call_->step, why))
      .in_phase("restart");
}

Result<FunctionCall> RepeatedStream::function_call() const {
  MILLRACE_TRY_ASSIGN(arguments, unpack(call_->arguments));
  if (!arguments.has_dict()) return Error(ErrorKind::bug, "a stored call is damaged");
  FunctionCall call;
  call.ref = call_->ref;
  call.workflow = call_->workflow;
  call.step = call_->step;
  call.execution = call_->execution;
  call.session = call_->session;
  call.arguments = arguments.dict();
  if (signature_ != nullptr) call.also_wants(signature_->repeating.identity_of);
  return call;
}

Task<Result<Ref<Reader>>> RepeatedStream::opened(Scope& step) {
  while (is_opening_) {
    settled_.reset();
    auto waited = co_await step.wait(settled_, "a request that is made again");
    if (!waited) co_return waited.error();
  }
  if (poison_) co_return *poison_;
  if (stream_) co_return Ref<Reader>(stream_);
  if (session_ == nullptr) {
    co_return Error(ErrorKind::canceled, "the stream was released when its session ended");
  }
  // Whoever reads may let go of it meanwhile.
  const Ref<RepeatedStream> self(this);
  is_opening_ = true;
  auto opened = co_await open(step);
  is_opening_ = false;
  settled_.set();
  co_return opened;
}

Task<Result<Ref<Reader>>> RepeatedStream::open(Scope& step) {
  auto again = function_call();
  if (!again) co_return again.error();
  ScopeOptions options;
  if (call_->limit) {
    const TimePoint began = on_monotonic(*call_->began, moment_of(step.shard().clock()));
    options.deadline = Deadline::in(began, *call_->limit);
  }
  Scope request(step, "request made again", std::move(options));
  auto allowed = request.check("requesting again what was not read before a restart");
  Result<Dict> results = Dict();
  if (!allowed) {
    results = allowed.error();
  } else {
    results = co_await effects_->call(request, *session_, std::move(*again));
  }
  co_await request.close();
  if (!results) co_return results.error();
  const Value* stream = results->find(call_->result);
  const bool is_known = signature_ != nullptr && signature_->repeating.identity != nullptr;
  const std::string identity = is_known ? signature_->repeating.identity(*results) : "";
  if (stream == nullptr || !stream->is_reader() || identity != call_->identity) {
    poison_ = refused(
        fmt::format("the answer has changed: it was {}, it is {}", call_->identity, identity));
    co_return *poison_;
  }
  stream_ = stream->as_reader();
  co_return Ref<Reader>(stream_);
}

}  // namespace millrace
