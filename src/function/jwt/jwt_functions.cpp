#include "function/declaration.h"

namespace millrace {

std::vector<FunctionDeclaration> jwt_functions() {
  using enum Type;
  return {
      {{.ref = "jwtGenerate",
        .arguments = {{"scope", {String}, false, "Scope of the token."},
                      {"header", {Vars, String}, true, "Header, alg among it."},
                      {"payload", {Vars, String}, true, "Claims."},
                      {"secret", {String, Reader}, true, "Secret, or private key in PEM."}},
        .results = {{"token", String, "The signed token."}},
        .help = "Makes a signed JSON web token.",
        .example = ""}},
  };
}

}  // namespace millrace
