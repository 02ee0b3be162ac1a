// The arguments of httpRequestSend as a request.
#pragma once

#include "function/context.h"
#include "net/http_request.h"

namespace millrace {

// Casts every argument to its type, reading a Reader where its text is wanted; only the body is
// left a stream. Errors, of kind invalid, name the argument.
Task<Result<void>> read_http_request(Scope& step, FunctionContext context, const FunctionCall& call,
                                     HttpRequest& request);

}  // namespace millrace
