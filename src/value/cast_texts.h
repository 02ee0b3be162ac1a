// Casts to KV and KVV, the containers of texts.
#pragma once

#include "value/outcome.h"
#include "value/value.h"

namespace millrace {

Outcome cast_to_kv(Value value);
Outcome cast_to_kvv(Value value);

// The texts that a KVV stores where a value is assigned to a key or merged into it: those of a list
// ("" where there is none), the words of a text, else one text. An error for null and for what has
// no text. A Reader's error or wish for content is passed on.
Outcome texts_to_put(const Value& value);

}  // namespace millrace
