#include "function/declaration.h"

namespace millrace {

std::vector<FunctionDeclaration> oauth2_functions() {
  using enum Type;
  return {
      {{.ref = "oauth2Authenticate",
        .arguments = {{"client", {String}, true, "Client ID."},
                      {"secret", {String}, true, "Client secret.", Secrecy::secret},
                      {"scope", {String}, true, "Scope to ask for."},
                      {"tokenUrl", {String}, true, "Where tokens are given out."}},
        .results = {{"accessToken", String, "The token."},
                    {"refreshToken", String, "For another one later."},
                    {"token", Any, "The whole answer."}},
        .help = "Gets an OAuth 2 token with client credentials.",
        .example = "[{ target: client, type: String, value: \"millrace\" }, "
                   "{ target: secret, type: String, expr: \"secret\" }, "
                   "{ target: scope, type: String, value: \"orders:read\" }, "
                   "{ target: tokenUrl, type: String, value: \"https://example.org/token\" }]"}},
  };
}

}  // namespace millrace
