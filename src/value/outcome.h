// What evaluating and converting give: a value, an error, or the wish for a reader's content.
// Nothing here waits: whoever runs an evaluation drains the reader and evaluates the same argument
// again.
#pragma once

#include <variant>

#include "base/counted.h"
#include "base/error.h"
#include "value/reader.h"
#include "value/value.h"

namespace millrace {

// The content of `reader` is needed before evaluation can go on (Reader::drained() gives it then).
struct Needs {
  Ref<Reader> reader;
};

template <class T>
using Attempt = std::variant<T, Error, Needs>;
using Outcome = Attempt<Value>;

inline Outcome to_outcome(Result<Value> result) {
  if (result) return std::move(*result);
  return result.error();
}

}  // namespace millrace
