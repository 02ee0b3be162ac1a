// Reading the bodies of a session to their ends while nobody else does: before it suspends, so that
// what it holds can be read afterwards, whatever their deadlines and connections come to meanwhile.
#pragma once

#include "scope/scope.h"

namespace millrace {

// Takes in, side by side, all that is still to come for the bodies that `session` owns now, each
// within its own deadline, into what it keeps. Returns once each has ended, well or badly, or holds
// HttpLimits::body_keep; the rest of such a one then waits for a reader, as ever. A body's error is
// its later reader's to see. Stopping `step` ends the wait and leaves the streams where they are.
Task<Result<void>> gather_bodies(Scope& step, Scope& session);

// Whether there is nothing to gather.
bool bodies_have_settled(Scope& session);

}  // namespace millrace
