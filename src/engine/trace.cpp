#include "engine/trace.h"

#include <string>
#include <utility>

#include "engine/replace_readers.h"
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

Ref<Frame> Trace::make(std::uint64_t state, std::uint32_t step, std::optional<std::uint32_t> parent,
                       const Variables& scope) {
  if (frames_.size() >= limits_.frames || bytes_ >= limits_.bytes) {
    refused_ = true;
    return {};
  }
  auto frame = make_ref<Frame>();
  frame->state = state;
  frame->step = step;
  frame->parent = parent;
  frame->created_at = clock_.wall();
  frame->began = clock_.now();
  frame->elapsed = frame->began - start_;
  keep(frame->scope, scope.to_dict());
  frames_.emplace_back(frame);
  return frame;
}

void Trace::keep(Dict& into, const Dict& vars) {
  into = replace_readers(vars, as_far_as_read);
  bytes_ += Value::vars(into).bytes_held();
}

void Trace::set_timings(const Ref<Frame>& frame, const Dict& results) {
  if (!frame) return;
  const Value* timings = results.find("timings");
  if (timings != nullptr && timings->has_dict()) frame->timings = timings->dict();
}

void Trace::begin_wait(const Ref<Frame>& frame, std::string_view what) const {
  if (!frame) return;
  frame->waits.push_back({what, Nanos{0}});
  frame->waiting_since = clock_.now();
}

void Trace::end_wait(const Ref<Frame>& frame) const {
  if (!frame || !frame->waiting_since) return;
  frame->waits.back().time = clock_.now() - *frame->waiting_since;
  frame->waiting_since.reset();
}

void Trace::end(Ref<Frame>& frame) const {
  if (!frame) return;
  end_wait(frame);
  frame->step_time = clock_.now() - frame->began;
  frame = {};
}

}  // namespace millrace
