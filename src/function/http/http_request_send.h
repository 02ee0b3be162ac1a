// httpRequestSend: the arguments of a step as a request, the answer as its results.
#pragma once

#include "function/context.h"

namespace millrace {

// Returns once the head of the answer is there. The body has moved to the session by then, with the
// deadline of the request.
Task<Result<Dict>> http_request_send(Scope& step, FunctionContext context, FunctionCall call);

}  // namespace millrace
