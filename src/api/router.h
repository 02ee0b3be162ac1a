// Finds who answers a request: one table of methods and paths.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "api/api_request.h"
#include "scope/scope.h"

namespace millrace {

struct Route {
  using Handler = std::function<Task<Result<ServerResponse>>(Scope&, ApiRequest)>;

  std::string_view method;
  std::string_view path;  // "/api/automation/sessions/{sessionID}"; a part in braces is any text
  Handler handler;
};

class Router {
 public:
  explicit Router(std::vector<Route> routes) : routes_(std::move(routes)) {}

  // Always an answer: what goes wrong is {"error"} with the status that fits. A path answers with
  // and without a slash at its end; HEAD as GET.
  Task<ServerResponse> answer(Scope& request, ServerRequest http) const;

 private:
  std::vector<Route> routes_;
};

}  // namespace millrace
