#include "workflow/signatures/families.h"

namespace millrace::signatures {

std::vector<Signature> tokens() {
  using enum Type;
  constexpr auto kFunction = Signature::Kind::function;
  return {
      {.ref = "jwtGenerate",
       .kind = kFunction,
       .arguments = {{"scope", {String}, false, "Scope of the token."},
                     {"header", {Vars, String}, true, "Header, alg among it."},
                     {"payload", {Vars, String}, true, "Claims."},
                     {"secret", {String, Reader}, true, "Secret, or private key in PEM."}},
       .results = {{"token", String, "The signed token."}},
       .help = "Makes a signed JSON web token.",
       .example = ""},
      {.ref = "oauth2Authenticate",
       .kind = kFunction,
       .arguments = {{"client", {String}, true, "Client ID."},
                     {"secret", {String}, true, "Client secret."},
                     {"scope", {String}, true, "Scope to ask for."},
                     {"tokenUrl", {String}, true, "Where tokens are given out."}},
       .results = {{"accessToken", String, "The token."},
                   {"refreshToken", String, "For another one later."},
                   {"token", Any, "The whole answer."}},
       .help = "Gets an OAuth 2 token with client credentials.",
       .example = ""},
  };
}

}  // namespace millrace::signatures
