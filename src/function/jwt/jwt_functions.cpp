// jwtGenerate: header and claims as a signed token.
#include <fmt/format.h>

#include "function/arguments.h"
#include "function/declaration.h"
#include "function/json/plain_json.h"
#include "function/jwt/claims.h"
#include "function/jwt/signing.h"
#include "value/base64.h"
#include "value/json.h"

namespace millrace {
namespace {

// An argument that is a container, or the JSON of an object; empty where it is not given.
Task<Result<Dict>> object_of(Scope& step, const Arguments& arguments, std::string_view name) {
  const Value* given = arguments.find(name);
  if (given == nullptr) co_return Dict();
  if (given->has_dict()) co_return given->dict();
  auto json = co_await arguments.text(step, name);
  if (!json) co_return json.error();
  if (json->empty()) co_return Dict();
  auto parsed = parse_exact_json(*json);
  if (!parsed)
    co_return parsed.error().with_message(arguments.about(name, parsed.error().message()));
  if (!parsed->is_map()) co_return arguments.invalid(name, "it is JSON, but no object");
  co_return parsed->dict();
}

// With the algorithm and the type that are not given. The algorithm is returned.
Result<std::string> complete_header(Dict& header, const SigningKey& key) {
  if (const Value* unencoded = header.find("b64");
      unencoded != nullptr && *unencoded == Value::boolean(false)) {
    return Error(ErrorKind::invalid, "\"b64\" must not be false in a token");
  }
  if (!header.contains("typ")) header.set("typ", Value::text("JWT"));
  if (!header.contains("alg")) header.set("alg", Value::text(key.default_algorithm()));
  const Value* algorithm = header.find("alg");
  if (algorithm->is_text()) return std::string(algorithm->as_text());
  return Error(ErrorKind::invalid, "\"alg\" must be a text");
}

// Argument `name` as one part of a token: JSON in base64url.
Task<Result<std::string>> part_of(Scope& step, const FunctionContext& context,
                                  const Arguments& arguments, std::string_view name, Dict content) {
  Fuel fuel(context.fuel);
  auto json = co_await plain_json(step, context.effects, fuel, Value::map(std::move(content)));
  if (!json) co_return json.error().with_message(arguments.about(name, json.error().message()));
  co_return to_base64url(*json);
}

Task<Result<Dict>> jwt_generate(Scope& step, FunctionContext context, FunctionCall call) {
  const Arguments arguments(call, context.effects);
  auto secret = co_await arguments.text(step, "secret");
  if (!secret) co_return secret.error();
  auto key = SigningKey::read(std::move(*secret));
  if (!key) co_return arguments.invalid("secret", key.error().message());
  auto header = co_await object_of(step, arguments, "header");
  if (!header) co_return header.error();
  auto algorithm = complete_header(*header, *key);
  if (!algorithm) co_return arguments.invalid("header", algorithm.error().message());
  auto scopes = co_await arguments.text(step, "scope");
  if (!scopes) co_return scopes.error();
  auto payload = co_await object_of(step, arguments, "payload");
  if (!payload) co_return payload.error();
  auto claims = claims_of(std::move(*payload), *scopes);
  if (!claims) co_return arguments.invalid("payload", claims.error().message());
  auto head = co_await part_of(step, context, arguments, "header", std::move(*header));
  if (!head) co_return head.error();
  auto body = co_await part_of(step, context, arguments, "payload", std::move(*claims));
  if (!body) co_return body.error();
  const std::string message = *head + "." + *body;
  auto signature = key->sign(*algorithm, message);
  if (!signature) co_return arguments.invalid("header", signature.error().message());
  Value token = Value::text(message + "." + to_base64url(*signature));
  co_return Dict{{"token", std::move(token).with_type(Type::String)}};
}

}  // namespace

std::vector<FunctionDeclaration> jwt_functions() {
  using enum Type;
  return {
      {{.ref = "jwtGenerate",
        .arguments =
            {{"scope",
              {String},
              false,
              "Names with blanks or commas between: the list in the claim scope, which "
              "every token has."},
             {"header",
              {Vars, String},
              true,
              "Header, or its JSON. alg without which it follows from the secret: HS256, or "
              "RS256, ES256, ES384, ES512, EdDSA by the kind of key. typ is JWT by default."},
             {"payload",
              {Vars, String},
              true,
              "Claims, or their JSON. exp, iat and nbf may be DateTime or a number of "
              "seconds; aud always becomes a list."},
             {"secret", {String, Reader}, true, "Secret, or private key in PEM.", Secrecy::secret}},
        .results = {{"token", String, "The signed token."}},
        .help = "Makes a signed JSON web token.",
        .example = "[{ target: scope, type: String, value: \"orders:read\" }, "
                   "{ target: header, type: Vars, expr: '{\"kid\": \"2\"}' }, "
                   "{ target: payload, type: Vars, expr: '{\"sub\": \"ann\", \"exp\": "
                   "modTime(now(), \"1h\")}' }, "
                   "{ target: secret, type: String, value: \"a secret of many bytes\" }]"},
       &jwt_generate},
  };
}

}  // namespace millrace
