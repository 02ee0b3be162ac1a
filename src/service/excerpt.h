// What a printer shows of the readers in a result. The printer is their receiver: it reads them
// while the session is finishing, and waits no longer than kExcerptWait.
#pragma once

#include "engine/trace.h"
#include "scope/scope.h"
#include "value/value.h"

namespace millrace {

inline constexpr Nanos kExcerptWait = std::chrono::seconds(1);  // for all readers together

// `vars` with each Reader in it, at any depth, replaced by its Excerpt. Stopping `scope` ends the
// reading; what has arrived by then is shown.
Task<Dict> with_excerpts(Scope& scope, Dict vars);

}  // namespace millrace
