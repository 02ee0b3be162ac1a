#include "value/cast.h"

#include <array>
#include <limits>
#include <string>

#include "base/duration.h"
#include "value/blank.h"
#include "value/cast_texts.h"
#include "value/convert.h"
#include "value/number_text.h"
#include "value/url.h"

namespace millrace {
namespace {

using Kind = Value::Kind;

Error refusal(const Value& value, Type type, std::string_view hint = {}) {
  std::string message = "cannot cast " + describe(value) + " to " + std::string(type_name(type));
  if (!hint.empty()) message.append(": ").append(hint);
  return Error(ErrorKind::invalid, std::move(message));
}

// One type for all casts, for the table below: some keep the value, some only look at it.
// NOLINTBEGIN(performance-unnecessary-value-param)
Outcome to_any(Value value) {
  if (value.kind() == Kind::meta) return std::move(value).operand();
  return std::move(value).with_type(Type::Any);
}

Outcome to_array(Value value) {
  Value::Items items;
  switch (value.kind()) {
    case Kind::array: return std::move(value).with_type(Type::Array);
    case Kind::list:
    case Kind::text_list:
      items.reserve(value.items().size());
      for (const Value& item : value.items()) items.push_back(typify(item));
      break;
    case Kind::bytes:
      for (const char byte : value.as_bytes()) {
        items.push_back(typify(Value::unsigned_integer(static_cast<unsigned char>(byte))));
      }
      break;
    default: break;  // so the reference: whatever else it is, there are no items
  }
  return Value::array(std::move(items));
}

Outcome to_boolean(Value value) {
  constexpr std::string_view kHint = "the texts true and false will do, or compare, as in x != 0";
  switch (value.kind()) {
    case Kind::boolean: return std::move(value).with_type(Type::Boolean);
    case Kind::null: return Value::boolean(false).with_type(Type::Boolean);
    case Kind::host_int: return Value::boolean(value.as_integer() != 0).with_type(Type::Boolean);
    case Kind::text: break;
    default: return refusal(value, Type::Boolean, kHint);
  }
  const std::string_view text = value.as_text();
  for (const std::string_view yes : {"1", "t", "T", "true", "True", "TRUE"}) {
    if (text == yes) return Value::boolean(true).with_type(Type::Boolean);
  }
  for (const std::string_view no : {"0", "f", "F", "false", "False", "FALSE"}) {
    if (text == no) return Value::boolean(false).with_type(Type::Boolean);
  }
  if (is_blank(text)) return Value::boolean(false).with_type(Type::Boolean);
  return refusal(value, Type::Boolean, kHint);
}

Outcome to_string(Value value) {
  Outcome text = cast_text(value);
  if (const Value* content = std::get_if<Value>(&text)) return content->with_type(Type::String);
  if (const Error* error = std::get_if<Error>(&text); error != nullptr && !value.is_reader()) {
    return refusal(value, Type::String, error->message());
  }
  return text;
}

Outcome to_bytes(Value value) {
  if (value.kind() == Kind::bytes) return std::move(value).with_type(Type::Bytes);
  Outcome text = to_string(std::move(value));
  if (const Value* content = std::get_if<Value>(&text)) {
    return Value::bytes(content->as_text()).with_type(Type::Bytes);
  }
  return text;
}

Outcome to_handle(Value value) {
  Outcome text = to_string(value);
  const Value* content = std::get_if<Value>(&text);
  if (content == nullptr) return text;
  const auto is_letter = [](char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; };
  const auto is_letter_or_digit = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); };
  const std::string_view handle = content->as_text();
  bool fits = handle.empty() || (handle.size() >= 2 && is_letter(handle.front()) &&
                                 is_letter_or_digit(handle.back()));
  for (const char c : handle) {
    fits = fits && (is_letter_or_digit(c) || c == '_' || c == '-' || c == '.');
  }
  if (fits) return content->with_type(Type::Handle);
  return refusal(value, Type::Handle,
                 "a handle has two or more characters, begins with a letter, goes on with letters, "
                 "digits, '_', '-', '.' and ends in a letter or digit");
}

Outcome to_date_time(Value value) {
  Instant instant;
  switch (value.kind()) {
    case Kind::instant: return std::move(value).with_type(Type::DateTime);
    case Kind::null: return Value::null_instant().with_type(Type::DateTime);
    case Kind::integer:
    case Kind::host_int: instant.seconds = value.as_integer(); break;
    case Kind::unsigned_integer:
      instant.seconds = static_cast<std::int64_t>(value.as_unsigned());
      break;
    case Kind::text: {
      const auto read = parse_time_text(value.as_text());
      if (!read) return refusal(value, Type::DateTime, read.error().message());
      instant = *read;
      break;
    }
    default:
      return refusal(value, Type::DateTime,
                     "texts as 2021-03-04T05:06:07Z and Integer seconds will");
  }
  return Value::instant(instant).with_type(Type::DateTime);
}

// Toward zero; what does not fit becomes the lowest number, as on the processors of the reference.
std::int64_t truncated(double number) {
  const bool fits = number >= -0x1p63 && number < 0x1p63;
  return fits ? static_cast<std::int64_t>(number) : std::numeric_limits<std::int64_t>::min();
}

// The number kinds as an integer; nothing for other kinds.
std::optional<std::int64_t> integer_of(const Value& value) {
  switch (value.kind()) {
    case Kind::integer:
    case Kind::host_int: return value.as_integer();
    case Kind::unsigned_integer: return static_cast<std::int64_t>(value.as_unsigned());
    case Kind::floating: return truncated(value.as_float());
    default: return std::nullopt;
  }
}

Outcome to_duration(Value value) {
  const auto done = [](Nanos nanos) { return Value::duration(nanos).with_type(Type::Duration); };
  if (value.kind() == Kind::duration) return std::move(value).with_type(Type::Duration);
  if (const auto number = integer_of(value)) return done(Nanos(*number));
  if (!value.is_text()) {
    return refusal(value, Type::Duration, "texts as 1h30m and numbers of nanoseconds will");
  }
  const std::string_view text = value.as_text();
  if (is_blank(text)) return done(Nanos(0));
  const bool has_unit = text.find_first_of("nsumh") != std::string_view::npos ||
                        text.find("\xC2\xB5") != std::string_view::npos;
  const auto read = parse_duration(has_unit ? std::string(text) : std::string(text) + "ns");
  if (read) return done(*read);
  return refusal(value, Type::Duration,
                 has_unit ? read.error().message() : "it has no unit; write it as 1h30m");
}

Outcome to_float(Value value) {
  const auto done = [](double number) { return Value::floating(number).with_type(Type::Float); };
  switch (value.kind()) {
    case Kind::null: return done(0);
    case Kind::boolean: return done(value.as_boolean() ? 1 : 0);
    case Kind::duration: return refusal(value, Type::Float);
    case Kind::text:
      if (is_blank(value.as_text())) return done(0);
      break;
    default: break;
  }
  if (const auto number = to_number(value)) return done(*number);
  return refusal(value, Type::Float, value.is_text() ? "it is no number" : "");
}

Outcome to_integer(Value value) {
  const auto done = [](std::int64_t n) { return Value::integer(n).with_type(Type::Integer); };
  if (const auto number = integer_of(value)) return done(*number);
  switch (value.kind()) {
    case Kind::null: return done(0);
    case Kind::boolean: return done(value.as_boolean() ? 1 : 0);
    case Kind::text: break;
    default: return refusal(value, Type::Integer);
  }
  if (is_blank(value.as_text())) return done(0);
  if (const auto number = parse_integer_text(value.as_text())) return done(*number);
  return refusal(value, Type::Integer, "it is no whole number of 64 bits");
}

Outcome to_unsigned(Value value, Type type) {
  const auto done = [type](std::uint64_t n) { return Value::unsigned_integer(n).with_type(type); };
  constexpr std::string_view kNegative = "it is negative";
  switch (value.kind()) {
    case Kind::unsigned_integer: return std::move(value).with_type(type);
    case Kind::null: return done(0);
    case Kind::boolean: return done(value.as_boolean() ? 1 : 0);
    case Kind::integer:
    case Kind::host_int:
      if (value.as_integer() < 0) return refusal(value, type, kNegative);
      return done(static_cast<std::uint64_t>(value.as_integer()));
    case Kind::floating: {
      const double number = value.as_float();
      if (number < 0) return refusal(value, type, kNegative);
      if (!(number < 0x1p64)) return done(std::uint64_t{1} << 63);
      return done(static_cast<std::uint64_t>(number));
    }
    case Kind::text: break;
    default: return refusal(value, type);
  }
  if (is_blank(value.as_text())) return done(0);
  if (const auto number = parse_unsigned_text(value.as_text())) return done(*number);
  return refusal(value, type, "it is no whole number of 64 bits without a sign");
}

Outcome to_unsigned_integer(Value value) {
  return to_unsigned(std::move(value), Type::UnsignedInteger);
}

Outcome to_id(Value value) { return to_unsigned(std::move(value), Type::ID); }

Outcome to_meta(Value value) {
  switch (value.kind()) {
    case Kind::null: return Value::meta({});
    case Kind::meta: return std::move(value).with_type(Type::Meta);
    case Kind::map:
    case Kind::kv:
    case Kind::kvv: return Value::meta(value.dict());
    default: return refusal(value, Type::Meta, "a map, KV or KVV will");
  }
}

Outcome to_vars(Value value) {
  switch (value.kind()) {
    case Kind::null: return Value::vars({});
    case Kind::vars: return std::move(value).with_type(Type::Vars);
    case Kind::map: return typify(std::move(value));
    case Kind::meta: return typify(std::move(value).operand());
    default: return refusal(value, Type::Vars, "a map or Meta will");
  }
}

Outcome to_url(Value value) {
  std::string_view text;
  switch (value.kind()) {
    case Kind::null: break;
    case Kind::url: return std::move(value).with_type(Type::Url);
    case Kind::text: text = value.as_text(); break;
    case Kind::bytes: text = value.as_bytes(); break;
    default: return refusal(value, Type::Url, "a text will");
  }
  const auto normalised = normalise_url(text);
  if (!normalised) return refusal(value, Type::Url, normalised.error().message());
  return Value::url(*normalised).with_type(Type::Url);
}

Outcome to_reader(Value value) {
  switch (value.kind()) {
    case Kind::reader: return std::move(value).with_type(Type::Reader);
    case Kind::text:
      return Value::reader(make_ref<TextReader>(std::string(value.as_text())))
          .with_type(Type::Reader);
    case Kind::bytes:
      return Value::reader(make_ref<TextReader>(std::string(value.as_bytes())))
          .with_type(Type::Reader);
    default: return refusal(value, Type::Reader, "text and Bytes will");
  }
}

template <Type kType>
Outcome to_opaque(Value value) {
  if (value.kind() == Kind::opaque && value.type() == kType) return value;
  return refusal(value, kType);
}

// NOLINTEND(performance-unnecessary-value-param)

using Cast = Outcome (*)(Value value);

// By Type, in its order.
constexpr std::array<Cast, 20> kCasts = {to_any,
                                         to_array,
                                         to_boolean,
                                         to_bytes,
                                         to_date_time,
                                         to_duration,
                                         to_float,
                                         to_handle,
                                         to_id,
                                         to_integer,
                                         cast_to_kv,
                                         cast_to_kvv,
                                         to_meta,
                                         to_reader,
                                         to_string,
                                         to_unsigned_integer,
                                         to_url,
                                         to_vars,
                                         to_opaque<Type::EmailMessage>,
                                         to_opaque<Type::HttpRequest>};

}  // namespace

Outcome cast(Value value, Type type) {
  if (value.is_absent()) value = Value::null();
  // An empty DateTime is null to all other types.
  if (value.kind() == Kind::instant && value.as_instant().null && type != Type::DateTime &&
      type != Type::Any) {
    value = Value::null();
  }
  return kCasts[static_cast<std::size_t>(type)](std::move(value));
}

Outcome type_result(Value result, Type asked, std::optional<Type> earlier) {
  if (asked != Type::Any) {
    if (result.kind() == Kind::array) return std::move(result).with_type(Type::Array);
    return cast(std::move(result), asked);
  }
  const bool is_typed = result.type() != Type::Any || result.is_typed_container();
  if (is_typed) return result;
  if (earlier) return cast(std::move(result), *earlier);
  return typify(std::move(result));
}

}  // namespace millrace
