// Values as bytes, exact in every respect, for the journal and for crossing between shards: kinds,
// types, texts that are not UTF-8, and what is shared stays shared. For people and other programs
// there is JSON (value/json.h).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "value/reader.h"
#include "value/value.h"

namespace millrace {

// Readers are no bytes: they are listed here in the order in which they occur, each once, and
// whoever stores the bytes decides what becomes of them.
struct PackedValue {
  std::string bytes;
  std::vector<Ref<Reader>> readers;
};

// Error for what cannot be stored: EmailMessage, HttpRequest, and what nests too deep.
Result<PackedValue> pack(const Value& value);

// `readers` stand for those that pack() listed. Error (bug) for bytes that pack() did not write.
Result<Value> unpack(std::string_view bytes, std::span<const Ref<Reader>> readers = {});

}  // namespace millrace
