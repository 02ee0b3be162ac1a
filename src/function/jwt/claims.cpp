#include "function/jwt/claims.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "value/convert.h"
#include "value/value.h"

namespace millrace {
namespace {

Error wrong(std::string_view claim, std::string_view wanted, const Value& given) {
  return {ErrorKind::invalid,
          fmt::format("the claim \"{}\" must be {}, not {}", claim, wanted, describe(given))};
}

bool are_texts(const Value& list) {
  return std::all_of(list.items().begin(), list.items().end(),
                     [](const Value& item) { return item.is_text(); });
}

Result<Value> audience(const Value& given) {
  if (given.is_text()) return Value::text_list(Value::Items{given});
  if (given.has_items() && are_texts(given)) return given;
  return wrong("aud", "a text or a list of texts", given);
}

Result<Value> seconds(std::string_view claim, const Value& given) {
  constexpr double kExact = 9'007'199'254'740'992;  // a Float is exact below
  switch (given.kind()) {
    case Value::Kind::integer:
    case Value::Kind::host_int:
    case Value::Kind::unsigned_integer: return given;
    case Value::Kind::instant:
      if (!given.as_instant().null) return Value::integer(given.as_instant().seconds);
      break;
    case Value::Kind::floating:
    case Value::Kind::text:
      if (const auto number = to_number(given); number && std::abs(*number) < kExact) {
        return Value::integer(static_cast<std::int64_t>(*number));
      }
      break;
    default: break;
  }
  return wrong(claim, "a DateTime or a number of seconds since 1970", given);
}

Value scope_list(std::string_view scopes) {
  Value::Items names;
  while (!scopes.empty()) {
    const std::size_t end = std::min(scopes.find_first_of(" ,"), scopes.size());
    if (end > 0) names.push_back(Value::text(scopes.substr(0, end)));
    scopes.remove_prefix(std::min(end + 1, scopes.size()));
  }
  return Value::text_list(std::move(names));
}

}  // namespace

Result<Dict> claims_of(Dict payload, std::string_view scopes) {
  constexpr std::array<std::string_view, 3> kTexts = {"iss", "sub", "jti"};
  constexpr std::array<std::string_view, 3> kTimes = {"exp", "iat", "nbf"};
  for (const std::string_view claim : kTexts) {
    const Value* given = payload.find(claim);
    if (given != nullptr && !given->is_text()) return wrong(claim, "a text", *given);
  }
  for (const std::string_view claim : kTimes) {
    const Value* given = payload.find(claim);
    if (given == nullptr) continue;
    auto time = seconds(claim, *given);
    if (!time) return time.error();
    payload.set(claim, std::move(*time));
  }
  if (const Value* given = payload.find("aud")) {
    auto list = audience(*given);
    if (!list) return list.error();
    payload.set("aud", std::move(*list));
  }
  payload.set("scope", scope_list(scopes));
  return payload;
}

}  // namespace millrace
