// The ports of readers whose content is elsewhere until somebody reads it. Who streams a reader
// asks these; who only wants all of it asks Effects::drain.
#pragma once

#include <cstdint>
#include <string>

#include "scope/scope.h"
#include "value/reader.h"

namespace millrace {

// Has its content in pieces, which are brought one by one.
class PieceReader : public Reader {
 public:
  // Piece `number`, counted from 0; empty behind the last one. Stopping `step` ends the wait.
  virtual Task<Result<std::string>> piece(Scope& step, std::uint64_t number) = 0;
  // The whole content, put together by whoever drained it.
  virtual void adopt(std::string whole) = 0;
};

// Stands for a stream that is opened when it is first read.
class LateReader : public Reader {
 public:
  // That stream. Stopping `step` ends the wait, and what was opened by then goes with it.
  virtual Task<Result<Ref<Reader>>> opened(Scope& step) = 0;
};

}  // namespace millrace
