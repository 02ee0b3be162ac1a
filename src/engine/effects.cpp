#include "engine/effects.h"

#include <utility>

namespace millrace {
namespace {

// The whole of a reader as one piece.
class DrainedPiece final : public PieceSource {
 public:
  DrainedPiece(Effects& effects, Ref<Reader> reader)
      : effects_(effects), reader_(std::move(reader)) {}

  Task<Result<std::string_view>> next(Scope& step) override {
    if (std::exchange(given_, true)) co_return std::string_view();
    if (!reader_->drained()) {
      auto drained = co_await effects_.drain(step, reader_);
      if (!drained) co_return drained.error();
    }
    co_return *reader_->drained();
  }

 private:
  Effects& effects_;
  Ref<Reader> reader_;
  bool given_ = false;
};

}  // namespace

std::unique_ptr<PieceSource> Effects::pieces(Ref<Reader> reader) {
  return std::make_unique<DrainedPiece>(*this, std::move(reader));
}

}  // namespace millrace
