// logDebug, logInfo, logWarn, logError: `message`, then `fields` as name=value.
#pragma once

#include "function/context.h"

namespace millrace {

Task<Result<Dict>> log_debug(Scope& step, FunctionContext context, FunctionCall call);
Task<Result<Dict>> log_info(Scope& step, FunctionContext context, FunctionCall call);
Task<Result<Dict>> log_warn(Scope& step, FunctionContext context, FunctionCall call);
Task<Result<Dict>> log_error(Scope& step, FunctionContext context, FunctionCall call);

}  // namespace millrace
