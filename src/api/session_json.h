// Sessions and what belongs to them as JSON.
#pragma once

#include <string>

#include "service/session_service.h"

namespace millrace {

std::string session_json(const SessionView& view);
std::string receipt_json(const CancelReceipt& receipt);
std::string prompt_json(const PromptView& prompt);
// {"sessionID", "status", "results", "trace"?, "error"?}
std::string executed_json(const Executed& executed, bool traced);
// The error of a session that has failed, with its step and `sessionID`.
std::string failure_json(const Executed& executed);

}  // namespace millrace
