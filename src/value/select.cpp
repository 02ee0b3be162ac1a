#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "base/near.h"
#include "value/convert.h"
#include "value/number_text.h"
#include "value/path.h"

namespace millrace {
namespace {

using Kind = Value::Kind;

Error no_such_key(const Value& container, std::string_view key) {
  constexpr std::size_t kMostCandidates = 200;
  std::vector<std::string_view> names;
  for (const Dict::Entry& entry : container.dict()) {
    if (names.size() == kMostCandidates) break;
    names.push_back(entry.key());
  }
  std::string message = "there is no \"" + std::string(key) + "\" in " + describe(container);
  if (const auto near = nearest(key, names)) {
    message.append(": did you mean \"").append(*near).append("\"?");
  }
  return Error(ErrorKind::not_found, std::move(message));
}

Error no_such_item(const Value& container, std::string_view key, std::size_t size) {
  return Error(ErrorKind::not_found, "there is no item \"" + std::string(key) + "\" in " +
                                         describe(container) + " of " + std::to_string(size) +
                                         ": items are counted from 0");
}

// A decimal number with an optional sign.
std::optional<std::int64_t> decimal(std::string_view key) {
  if (key.starts_with('+')) {
    key.remove_prefix(1);
    if (key.starts_with('-')) return std::nullopt;
  }
  std::int64_t number = 0;
  const char* end = key.data() + key.size();
  const auto [stop, error] = std::from_chars(key.data(), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

std::optional<std::size_t> within(std::optional<std::int64_t> index, std::size_t size) {
  if (!index || *index < 0 || static_cast<std::uint64_t>(*index) >= size) return std::nullopt;
  return static_cast<std::size_t>(*index);
}

// The index that a number's operator text stands for, if it stands for one: from a million on a
// float has an exponent, which no index has.
std::optional<std::int64_t> index_of(const Value& key) {
  constexpr double kFirstWithExponent = 1e6;
  switch (key.kind()) {
    case Kind::integer:
    case Kind::host_int: return key.as_integer();
    case Kind::floating: {
      const double number = key.as_float();
      if (!(number >= 0 && number < kFirstWithExponent)) return std::nullopt;
      const auto whole = static_cast<std::int64_t>(number);
      if (static_cast<double>(whole) != number) return std::nullopt;
      return whole;
    }
    default: return std::nullopt;
  }
}

}  // namespace

Result<Value> select(const Value& container, std::string_view key) {
  switch (container.kind()) {
    case Kind::vars:
    case Kind::kv:
    case Kind::kvv:
      if (const Value* found = container.dict().find(key)) return found->operand();
      return no_such_key(container, key);
    case Kind::map:
    case Kind::meta:
      if (const Value* found = container.dict().find(key)) return found->operand();
      return Value::null();
    case Kind::array:
    case Kind::text_list: {
      const auto items = container.items();
      const bool is_array = container.kind() == Kind::array;
      const auto index = within(is_array ? parse_integer_text(key) : decimal(key), items.size());
      if (index) return items[*index].operand();
      return no_such_item(container, key, items.size());
    }
    case Kind::list: {
      const auto index = within(decimal(key), container.items().size());
      return index ? container.items()[*index].operand() : container;
    }
    case Kind::bytes: {
      const std::string_view bytes = container.as_bytes();
      const auto index = within(decimal(key), bytes.size());
      if (!index) return no_such_item(container, key, bytes.size());
      return Value::unsigned_integer(static_cast<unsigned char>(bytes[*index]));
    }
    default:
      return Error(ErrorKind::invalid,
                   "cannot take \"" + std::string(key) + "\" of " + describe(container) +
                       ": only Vars, KV, KVV, Array, maps, lists and Bytes have parts");
  }
}

Outcome select(const Value& container, const Value& key) {
  if (key.is_text()) return to_outcome(select(container, key.as_text()));
  if (container.has_items()) {
    if (const auto index = within(index_of(key), container.items().size())) {
      return container.items()[*index].operand();
    }
  }
  Outcome text = operator_text(key);
  const Value* content = std::get_if<Value>(&text);
  if (content == nullptr) return text;
  return to_outcome(select(container, content->as_text()));
}

}  // namespace millrace
