// A stream that a process which is gone had begun to read: the call that gave it is made again when
// a step first reads it. Owned by the scope of a session, as a body is; the limit in time of the
// first call holds for it.
#pragma once

#include <memory>
#include <optional>

#include "engine/effects.h"
#include "engine/piece_reader.h"
#include "engine/session_image.h"
#include "workflow/signature.h"

namespace millrace {

class RepeatedStream final : public LateReader, public Owned {
 public:
  // `signature`: of the function that is called, which outlives it; nullptr where there is none any
  // more.
  RepeatedStream(std::shared_ptr<const RepeatableCall> call, const Signature* signature)
      : call_(std::move(call)), signature_(signature) {}

  // From here on it can be read, until `session` ends. Effects outlive that.
  void bind(Effects& effects, Scope& session);
  void move_to(Scope& receiver);
  void release() noexcept override;

  const std::shared_ptr<const RepeatableCall>& call() const { return call_; }

  std::optional<Result<std::string_view>> drained() const override;
  std::size_t bytes_held() const override { return stream_ ? stream_->bytes_held() : 0; }
  // An answer that is not the one from before poisons it; anything else may be tried again.
  Task<Result<Ref<Reader>>> opened(Scope& step) override;

 private:
  Result<FunctionCall> function_call() const;
  Task<Result<Ref<Reader>>> open(Scope& step);
  Error refused(std::string_view why) const;

  std::shared_ptr<const RepeatableCall> call_;
  const Signature* signature_;
  Effects* effects_ = nullptr;
  Scope* session_ = nullptr;
  bool is_opening_ = false;
  Event settled_;  // once it is not being opened any more
  Ref<Reader> stream_;
  std::optional<Error> poison_;
};

}  // namespace millrace
