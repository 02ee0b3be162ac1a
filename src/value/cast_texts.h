// Casts to KV and KVV, the containers of texts.
#pragma once

#include "value/outcome.h"
#include "value/value.h"

namespace millrace {

Outcome cast_to_kv(Value value);
Outcome cast_to_kvv(Value value);

// The texts that a KVV stores for a list, a text list, or another value (one text). A text that
// cannot be made is "", but a Reader's error or wish for content is passed on. With `split_blanks`
// a text gives its words.
Outcome texts_for_kvv(const Value& value, bool split_blanks);

}  // namespace millrace
