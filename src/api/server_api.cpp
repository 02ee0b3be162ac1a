#include "api/server_api.h"

#include <fmt/format.h>

#include "api/answers.h"
#include "api/json_parts.h"
#include "base/version.h"
#include "scope/scope.h"

namespace millrace {
namespace {

using Answer = Result<ServerResponse>;

std::string scope_json(const ScopeInfo& scope) {
  std::string waits;
  for (const std::string& what : scope.waiting_for) {
    if (!waits.empty()) waits += ',';
    waits += json_string(what);
  }
  std::string text =
      fmt::format(R"({{"name":{},"path":{},"age":{},"tasks":{},"bytes":{},"waitingFor":[{}])",
                  json_string(scope.name), json_string(scope.path), json_milliseconds(scope.age),
                  scope.tasks, scope.bytes_held, waits);
  if (scope.remaining) {
    text += fmt::format(R"(,"remaining":{},"deadlineSetBy":{})",
                        json_milliseconds(*scope.remaining), json_string(scope.deadline_setter));
  }
  if (scope.stopping) text += ",\"stopping\":true";
  return text + "}";
}

Task<Answer> healthcheck(Scope& /*request*/, ApiRequest /*api*/) { co_return success(); }

Task<Answer> version(Scope& /*request*/, ApiRequest /*api*/) {
  co_return response_of(fmt::format(R"({{"version":{}}})", json_string(kVersion)));
}

}  // namespace

std::vector<Route> server_routes(const Shard& shard) {
  const auto scopes = [&shard](Scope& /*request*/, ApiRequest /*api*/) -> Task<Answer> {
    std::string set;
    for (const ScopeInfo& scope : shard.scopes()) {
      if (!set.empty()) set += ',';
      set += scope_json(scope);
    }
    co_return response_of(fmt::format(R"({{"set":[{}]}})", set));
  };
  return {{"GET", "/healthcheck", healthcheck},
          {"GET", "/version", version},
          {"GET", "/debug/scopes", scopes}};
}

}  // namespace millrace
