// The envelopes of the REST interface: {"response"}, {"success"}, {"error"}.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "net/server/server_request.h"

namespace millrace {

// {"response": json}
ServerResponse response_of(std::string_view json);
// {"success": {"message": "OK"}}
ServerResponse success();
// {"error": ...} with the status that fits the error's kind.
ServerResponse error_response(const Error& error);
// The same of the error of a session: `json` is the error's object.
ServerResponse session_error(const Error& error, std::string_view json);

}  // namespace millrace
