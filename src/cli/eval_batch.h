// `millrace eval --batch`: one request a line in, one answer a line out, in the same order. Memory
// does not grow with the number of lines.
//
// A request is {"args": [{"target", "type", "expr" | "value" | "source"}...], "scope": {...}?}: the
// arguments of one expressions step. An answer is {"vars": {typed}}, or {"error", "stage"} with the
// stage at which it failed: request, parse, type or eval.
#pragma once

#include <istream>
#include <ostream>

#include "value/dict.h"

namespace millrace {

// Until the end of `in`. Each line is evaluated over a fresh copy of `scope`, overlaid with the
// line's own. Answers are flushed whenever no further line is waiting, so that a caller may hold a
// conversation.
void answer_batch(const Dict& scope, std::istream& in, std::ostream& out);

}  // namespace millrace
