// Any bytes as the secret of a token, and as the JSON of its claims.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "function/jwt/claims.h"
#include "function/jwt/signing.h"
#include "value/json.h"

namespace millrace {
namespace {

void demand(bool holds) {
  if (!holds) std::abort();
}

void check_secret(std::string_view text) {
  const auto key = SigningKey::read(std::string(text));
  if (!key) {
    demand(!key.error().message().empty());
    return;
  }
  const auto signature = key->sign(key->default_algorithm(), "head.body");
  demand(signature ? !signature->empty() : !signature.error().message().empty());
  demand(!key->sign("none", "head.body"));
}

void check_claims(std::string_view text) {
  const auto payload = parse_exact_json(text);
  if (!payload || !payload->is_map()) return;
  const auto claims = claims_of(payload->dict(), text);
  if (!claims) {
    demand(!claims.error().message().empty());
    return;
  }
  demand(claims->find("scope")->has_items());
  const Value* end = claims->find("exp");
  demand(end == nullptr || end->is_integer() || end->kind() == Value::Kind::unsigned_integer);
}

}  // namespace
}  // namespace millrace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  millrace::check_secret(text);
  millrace::check_claims(text);
  return 0;
}
