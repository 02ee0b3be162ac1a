// An answer of 400 or more as an error that carries what came.
#pragma once

#include "net/http_request.h"
#include "value/value.h"

namespace millrace {

// Kind unavailable where trying again may help (429, 5xx), else invalid. Its details are an
// ErrorFacts with status, statusCode, headers and `beginning` as body.
Error status_error(const HttpResponse& response, std::string beginning);

// By canonical name, values of one name in the order in which they came.
Value headers_value(const std::vector<Header>& headers);

}  // namespace millrace
