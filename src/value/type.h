// The types that a workflow gives its variables, by the names that definitions and JSON use.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace millrace {

enum class Type : std::uint8_t {
  Any,
  Array,
  Boolean,
  Bytes,
  DateTime,
  Duration,
  Float,
  Handle,
  ID,
  Integer,
  KV,
  KVV,
  Meta,
  Reader,
  String,
  UnsignedInteger,
  Url,
  Vars,
  EmailMessage,
  HttpRequest,
};

std::string_view type_name(Type type);                      // "Integer"
std::optional<Type> type_from_name(std::string_view name);  // case matters
std::span<const std::string_view> type_names();             // all, in the order of the enumeration

}  // namespace millrace
