// Why a request is not handed to the handler: a status, and an error as clients are told of it.
#pragma once

#include <string>

#include "base/error.h"
#include "net/server/server_request.h"

namespace millrace {

struct Refusal {
  unsigned status;
  Error error;
};

// {"error": {"message", "kind", "where"?}}; where trying again may help (503), after a second.
ServerResponse to_response(const Refusal& refusal);

}  // namespace millrace
