#include "value/convert.h"

#include <bit>

#include "base/duration.h"
#include "value/number_text.h"

namespace millrace {

std::optional<double> to_number_of_other(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::integer:
    case Value::Kind::host_int: return static_cast<double>(value.as_integer());
    case Value::Kind::unsigned_integer: return static_cast<double>(value.as_unsigned());
    case Value::Kind::floating: return value.as_float();
    case Value::Kind::duration: return static_cast<double>(value.as_duration().count());
    case Value::Kind::text: return parse_float_text(value.as_text());
    default: return std::nullopt;
  }
}

std::optional<bool> to_bool(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::boolean: return value.as_boolean();
    case Value::Kind::absent:
    case Value::Kind::null: return false;
    case Value::Kind::instant:
      if (value.as_instant().null) return false;
      return std::nullopt;
    case Value::Kind::text: {
      const std::string_view text = value.as_text();
      if (text == "false" || text == "FALSE") return false;
      if (text == "true" || text == "TRUE") return true;
      break;
    }
    default: break;
  }
  const auto number = to_number(value);
  if (!number) return std::nullopt;
  return *number != 0;  // true for NaN
}

bool is_zero(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::absent:
    case Value::Kind::null: return true;
    case Value::Kind::boolean: return !value.as_boolean();
    case Value::Kind::integer:
    case Value::Kind::host_int: return value.as_integer() == 0;
    case Value::Kind::unsigned_integer: return value.as_unsigned() == 0;
    case Value::Kind::floating: return std::bit_cast<std::uint64_t>(value.as_float()) == 0;
    case Value::Kind::text: return value.as_text().empty();
    case Value::Kind::instant: return value.as_instant().null;
    case Value::Kind::duration: return value.as_duration().count() == 0;
    default: return false;
  }
}

bool is_empty(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::list:
    case Value::Kind::text_list:
    case Value::Kind::array: return value.items().empty();
    case Value::Kind::map:
    case Value::Kind::meta:
    case Value::Kind::vars: return value.dict().empty();
    case Value::Kind::bytes: return value.as_bytes().empty();
    default: return is_zero(value);
  }
}

namespace {

Value typify_within(Value value, std::uint32_t depth) {
  switch (value.kind()) {
    case Value::Kind::absent: return Value::null();
    case Value::Kind::boolean: return std::move(value).with_type(Type::Boolean);
    case Value::Kind::integer: return std::move(value).with_type(Type::Integer);
    case Value::Kind::unsigned_integer: return std::move(value).with_type(Type::UnsignedInteger);
    case Value::Kind::floating: return std::move(value).with_type(Type::Float);
    case Value::Kind::text: return std::move(value).with_type(Type::String);
    case Value::Kind::bytes: return Value::text(value.as_bytes()).with_type(Type::String);
    case Value::Kind::instant: return std::move(value).with_type(Type::DateTime);
    case Value::Kind::duration: return std::move(value).with_type(Type::Duration);
    case Value::Kind::reader: return std::move(value).with_type(Type::Reader);
    case Value::Kind::map: {
      // Such a value cannot be stored (check_nesting), so that nobody misses the types below.
      if (depth > 2 * kMaxNesting) return std::move(value).with_type(Type::Any);
      Dict typed;
      for (const Dict::Entry& entry : value.dict()) {
        typed.set(entry.name, typify_within(entry.value, depth + 1));
      }
      return Value::vars(std::move(typed));
    }
    case Value::Kind::null:
    case Value::Kind::host_int:
    case Value::Kind::url:
    case Value::Kind::list:
    case Value::Kind::text_list: return std::move(value).with_type(Type::Any);
    case Value::Kind::array:
    case Value::Kind::kv:
    case Value::Kind::kvv:
    case Value::Kind::vars:
    case Value::Kind::meta:
    case Value::Kind::opaque: return value;
  }
  return value;
}

}  // namespace

Value typify(Value value) { return typify_within(std::move(value), 0); }

std::string describe(const Value& value) {
  constexpr std::size_t kShown = 60;
  const auto quoted = [](std::string_view text) {
    std::string shown = "\"" + std::string(text.substr(0, kShown));
    return shown + (text.size() > kShown ? "\"..." : "\"");
  };
  switch (value.kind()) {
    case Value::Kind::absent: return "nothing";
    case Value::Kind::null: return "null";
    case Value::Kind::boolean: return value.as_boolean() ? "Boolean true" : "Boolean false";
    case Value::Kind::integer: return "Integer " + std::to_string(value.as_integer());
    case Value::Kind::host_int: return "the count " + std::to_string(value.as_integer());
    case Value::Kind::unsigned_integer:
      return "UnsignedInteger " + std::to_string(value.as_unsigned());
    case Value::Kind::floating: return "Float " + float_text(value.as_float());
    case Value::Kind::text: return "text " + quoted(value.as_text());
    case Value::Kind::bytes: return std::to_string(value.as_bytes().size()) + " Bytes";
    case Value::Kind::instant: {
      const Instant instant = value.as_instant();
      return instant.null ? "an empty DateTime" : "DateTime " + instant_rfc3339(instant);
    }
    case Value::Kind::duration: return "Duration " + format_duration(value.as_duration());
    case Value::Kind::url: return "Url " + quoted(value.as_url());
    case Value::Kind::reader: return "a Reader";
    case Value::Kind::list: return "a list";
    case Value::Kind::text_list: return "a list of texts";
    case Value::Kind::map: return "a map";
    case Value::Kind::array: return "an Array";
    case Value::Kind::kv: return "a KV";
    case Value::Kind::kvv: return "a KVV";
    case Value::Kind::vars: return "Vars";
    case Value::Kind::meta: return "a Meta";
    case Value::Kind::opaque: return "an " + std::string(type_name(value.type()));
  }
  return "a value";
}

}  // namespace millrace
