// What is said in a JSON web token (RFC 7519), before it is signed.
#pragma once

#include <string_view>

#include "base/error.h"
#include "value/dict.h"

namespace millrace {

// The claims of a payload, with the registered ones in their form: `aud` is a list of texts; `exp`,
// `iat` and `nbf` are whole seconds, of a DateTime, a number or a text that is one; `iss`, `sub`
// and `jti` are texts. `scope` is always the list of what `scopes` names, with blanks or commas
// between. An error names the claim.
Result<Dict> claims_of(Dict payload, std::string_view scopes);

}  // namespace millrace
