#include "value/type.h"

#include <algorithm>
#include <array>

namespace millrace {
namespace {

constexpr std::array<std::string_view, 20> kNames = {
    "Any",          "Array",      "Boolean", "Bytes",           "DateTime", "Duration",
    "Float",        "Handle",     "ID",      "Integer",         "KV",       "KVV",
    "Meta",         "Reader",     "String",  "UnsignedInteger", "Url",      "Vars",
    "EmailMessage", "HttpRequest"};
static_assert(kNames.size() == static_cast<std::size_t>(Type::HttpRequest) + 1);

}  // namespace

std::string_view type_name(Type type) { return kNames[static_cast<std::size_t>(type)]; }

std::optional<Type> type_from_name(std::string_view name) {
  const auto* found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Type>(found - kNames.begin());
}

std::span<const std::string_view> type_names() { return kNames; }

}  // namespace millrace
