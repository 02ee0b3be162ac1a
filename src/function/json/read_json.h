// Reading JSON that somebody sent, of any size: within what a step may make, and never for long on
// the loop's thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "function/context.h"
#include "value/json.h"

namespace millrace {

// A longer text is read by a thread of the pool.
inline constexpr std::size_t kJsonOnLoop = 1024 * 1024;

struct ReadJson {
  Value value;
  std::optional<Error> error;  // what is wrong with the text; there is no value then
};

// Bytes that are no UTF-8 become U+FFFD where `mends`. Error where `step` was stopped, or (kind
// exhausted, naming the setting) where the values come to more than one step may make. `text` stays
// as it is until this returns.
Task<Result<ReadJson>> read_json(Scope& step, const FunctionContext& context, std::string_view text,
                                 bool mends);

// The JSON that a text is already, or nearly so (mend_object_literal); nothing where it is a text
// like any other. Errors as of read_json, and (exhausted) past the limits of JSON.
Task<Result<std::optional<std::string>>> find_json(Scope& step, const FunctionContext& context,
                                                   std::string_view text);

}  // namespace millrace
