#include "engine/trace.h"

#include <string>
#include <utility>

#include "engine/replace_readers.h"
#include "engine/state.h"
#include "value/reader.h"

namespace millrace {
namespace {

Ref<Reader> as_far_as_read(const Ref<Reader>& reader) {
  const auto content = reader->drained();
  if (!content) return make_ref<Excerpt>(std::string(), true, std::nullopt);
  if (!*content) return make_ref<Excerpt>(std::string(), true, content->error());
  const std::string_view text = **content;
  return make_ref<Excerpt>(std::string(text.substr(0, kExcerptBytes)), text.size() > kExcerptBytes,
                           std::nullopt);
}

}  // namespace

Ref<Frame> Trace::begin(const Plan& plan, const State& state) {
  plan_ = &plan;
  ++begun_;
  if (steps_.size() < limits_.steps) steps_.push_back(state.step);
  const bool kept = frames_.size() < limits_.frames && bytes_ < limits_.bytes;
  refused_ = refused_ || (limits_.frames > 0 && !kept);
  if (!kept && !follower_.exists()) return {};
  auto frame = make_ref<Frame>();
  frame->trace = this;
  frame->is_kept = kept;
  frame->has_values = kept || follower_.wants_values;
  frame->execution = state.execution;
  frame->state = state.id;
  frame->step = state.step;
  if (state.via) frame->parent = plan.parent_of(*state.via);
  frame->branch = state.order;
  for (const Pass* pass = state.pass.get(); pass->loop; pass = pass->outer.get()) {
    if (frame->loops++ == 0) frame->pass = pass->loop->passes;
  }
  frame->created_at = state.began;
  frame->began = clock_.now();
  frame->elapsed = frame->began - start_;
  if (kept) {
    keep_scope(*frame, state.scope);
    frames_.emplace_back(frame);
  }
  if (follower_.begun) follower_.begun(plan, *frame);
  return frame;
}

// What is in it was counted when it was made.
void Trace::keep_scope(Frame& frame, const Variables& scope) {
  frame.scope = scope;
  bytes_ += sizeof(Frame) + scope.size() * sizeof(Value);
  if (has_readers_) {
    frame.scope = Variables(scope.names(), replace_readers(scope.to_dict(), as_far_as_read));
  }
}

Dict Trace::shown_input(const Frame& frame, Dict arguments) {
  const Signature* signature = frame.trace->plan_->step(frame.step).signature;
  if (signature == nullptr || !frame.has_values) return arguments;
  for (const ArgumentSignature& argument : signature->arguments) {
    const Value* given =
        argument.secrecy == Secrecy::open ? nullptr : arguments.find(argument.name);
    if (given != nullptr) arguments.set(argument.name, shown_as(argument.secrecy, *given));
  }
  return arguments;
}

void Trace::keep(const Ref<Frame>& frame, Dict& into, const Dict& vars) {
  if (!frame->has_values) return;
  Trace& trace = *frame->trace;
  into = trace.has_readers_ ? replace_readers(vars, as_far_as_read) : vars;
  if (!frame->is_kept) return;
  for (const auto& entry : into) {
    trace.bytes_ += sizeof(Dict::Entry);
    // Most are numbers and short texts, which hold nothing below.
    if (entry.value.identity() != nullptr) trace.bytes_ += entry.value.bytes_held();
  }
}

void Trace::set_timings(const Ref<Frame>& frame, const Dict& results) {
  if (!frame) return;
  const Value* timings = results.find("timings");
  if (timings != nullptr && timings->has_dict()) frame->timings = timings->dict();
}

void Trace::begin_wait(const Ref<Frame>& frame, std::string_view what) {
  if (!frame) return;
  frame->waits.push_back({what, Nanos{0}});
  const Trace& trace = *frame->trace;
  frame->waiting_since = trace.clock_.now();
  if (trace.follower_.waits) trace.follower_.waits(*trace.plan_, *frame);
}

void Trace::end_wait(const Ref<Frame>& frame) {
  if (!frame || !frame->waiting_since) return;
  frame->waits.back().time = frame->trace->clock_.now() - *frame->waiting_since;
  frame->waiting_since.reset();
}

void Trace::end_frame(Ref<Frame>& frame) {
  end_wait(frame);
  const Trace& trace = *frame->trace;
  frame->step_time = trace.clock_.now() - frame->began;
  if (trace.follower_.ended) trace.follower_.ended(*trace.plan_, *frame);
  frame->trace = nullptr;
  frame = {};
}

}  // namespace millrace
