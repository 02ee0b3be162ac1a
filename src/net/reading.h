// Reading a whole Reader into memory, within a limit.
#pragma once

#include <cstdint>

#include "scope/scope.h"
#include "value/reader.h"

namespace millrace {

// Reads `reader` to its end, so that reader->drained() answers. More than `limit` bytes is an error
// of kind exhausted; the stream itself stays as it was. An error of the stream is kept by the
// reader and returned. Stopping `step` ends the wait and leaves the stream where it was.
Task<Result<void>> drain(Scope& step, Ref<Reader> reader, std::uint64_t limit);

}  // namespace millrace
