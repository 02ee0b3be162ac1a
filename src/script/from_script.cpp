#include "script/from_script.h"

#include <fmt/format.h>
#include <js/Array.h>
#include <js/ArrayBuffer.h>
#include <js/BigInt.h>
#include <js/CharacterEncoding.h>
#include <js/Class.h>
#include <js/Date.h>
#include <js/Object.h>
#include <js/PropertyAndElement.h>
#include <js/Proxy.h>
#include <js/experimental/TypedData.h>
#include <js/friend/StackLimits.h>
#include <jsapi.h>
#include <jsfriendapi.h>

#include <cmath>

namespace millrace::script {
namespace {

constexpr double kExact = 9007199254740992.0;  // 2^53
constexpr std::uint64_t kEach = 2;             // bytes of a packed value without its content

// As the reference does: a number without a fraction is an Integer, every other a Float.
Value to_number(double number) {
  const bool whole = std::trunc(number) == number && std::abs(number) <= kExact;
  if (whole && !(number == 0 && std::signbit(number))) {
    return Value::integer(static_cast<std::int64_t>(number));
  }
  return Value::floating(number);
}

}  // namespace

std::optional<Value> FromScript::read(JS::HandleValue from) { return read(from, 0); }

bool FromScript::spend(std::uint64_t bytes) {
  too_large_ = too_large_ || bytes > left_;
  if (!too_large_) left_ -= bytes;
  return !too_large_;
}

std::nullopt_t FromScript::refuse(const char* what) {
  problem_ = what;
  return std::nullopt;
}

std::optional<std::string> FromScript::read_text(JS::HandleString from) {
  // A character takes one to three bytes: before its parts are put together, look at the least.
  too_large_ = too_large_ || JS_GetStringLength(from) > left_;
  if (too_large_) return std::nullopt;
  JSLinearString* whole = JS_EnsureLinearString(cx_, from);
  if (whole == nullptr || !spend(JS::GetDeflatedUTF8StringLength(whole))) return std::nullopt;
  std::string text(JS::GetDeflatedUTF8StringLength(whole), '\0');
  (void)JS::DeflateStringToUTF8Buffer(whole, mozilla::Span(text.data(), text.size()));
  return text;
}

std::optional<Value> FromScript::read_big(JS::HandleValue from) {
  std::int64_t number = 0;
  std::uint64_t positive = 0;
  if (JS::BigIntFits(from.toBigInt(), &number)) return Value::integer(number);
  if (JS::BigIntFits(from.toBigInt(), &positive)) return Value::unsigned_integer(positive);
  return refuse("the script returned a BigInt of more than 64 bits: return it as text");
}

std::optional<Value> FromScript::read(JS::HandleValue from, std::uint32_t depth) {
  if (!spend(kEach)) return std::nullopt;
  if (from.isNullOrUndefined()) return Value::null();
  if (from.isBoolean()) return Value::boolean(from.toBoolean());
  if (from.isNumber()) return to_number(from.toNumber());
  if (from.isBigInt()) return read_big(from);
  if (from.isString()) {
    const JS::RootedString string(cx_, from.toString());
    auto text = read_text(string);
    if (!text) return std::nullopt;
    return Value::text(std::move(*text));
  }
  if (!from.isObject()) return refuse("the script returned a Symbol, which is no value");
  if (depth >= kMaxNesting || !js::AutoCheckRecursionLimit(cx_).checkDontReport(cx_)) {
    return refuse("what the script returned nests too deep, or contains itself");
  }
  const JS::RootedObject object(cx_, &from.toObject());
  return read_object(object, depth);
}

std::optional<Value> FromScript::read_object(JS::HandleObject from, std::uint32_t depth) {
  js::ESClass kind = js::ESClass::Other;
  if (!JS::GetBuiltinClass(cx_, from, &kind)) return std::nullopt;
  switch (kind) {
    case js::ESClass::Array: return read_items(from, depth);
    case js::ESClass::Object: return read_entries(from, depth);
    case js::ESClass::Number:
    case js::ESClass::String:
    case js::ESClass::Boolean:
    case js::ESClass::BigInt: return read_boxed(from, depth);
    case js::ESClass::Date: return read_date(from);
    case js::ESClass::ArrayBuffer: return read_bytes(from);
    case js::ESClass::Function: return refuse("the script returned a function: call it");
    case js::ESClass::Promise:
      return refuse("the script returned a Promise within something else: await it first");
    case js::ESClass::Map:
      return refuse("the script returned a Map: return Object.fromEntries(map)");
    case js::ESClass::Set: return refuse("the script returned a Set: return Array.from(set)");
    case js::ESClass::Error: return refuse("the script returned an Error: throw it");
    case js::ESClass::RegExp: return refuse("the script returned a RegExp: return its source");
    case js::ESClass::Other: return read_other(from, depth);
    default: return refuse("the script returned an object that is no plain value");
  }
}

std::optional<Value> FromScript::read_other(JS::HandleObject from, std::uint32_t depth) {
  if (JS_IsUint8Array(from) || JS_IsUint8ClampedArray(from)) return read_bytes(from);
  if (JS_IsArrayBufferViewObject(from)) {
    return refuse("the script returned an array of numbers of one type: return Array.from(array)");
  }
  if (JS_ObjectIsFunction(from)) return refuse("the script returned a function: call it");
  if (js::IsProxy(from)) return refuse("the script returned a Proxy: return a copy");
  return read_entries(from, depth);
}

std::optional<Value> FromScript::read_boxed(JS::HandleObject from, std::uint32_t depth) {
  JS::RootedValue content(cx_);
  if (!JS::ToPrimitive(cx_, from, JSTYPE_UNDEFINED, &content)) return std::nullopt;
  return read(content, depth + 1);
}

std::optional<Value> FromScript::read_bytes(JS::HandleObject from) {
  const JS::AutoCheckCannotGC no_gc;
  bool shared = false;
  std::uint8_t* data = nullptr;
  std::size_t size = 0;
  if (JS::IsArrayBufferObject(from)) {
    JS::GetArrayBufferLengthAndData(from, &size, &shared, &data);
  } else {
    js::GetArrayBufferViewLengthAndData(from, &size, &shared, &data);
  }
  if (!spend(size)) return std::nullopt;
  return Value::bytes(std::string_view(reinterpret_cast<const char*>(data), size));
}

std::optional<Value> FromScript::read_date(JS::HandleObject from) {
  double milliseconds = 0;
  if (!js::DateGetMsecSinceEpoch(cx_, from, &milliseconds)) return std::nullopt;
  if (std::isnan(milliseconds)) return refuse("the script returned a Date that is no date");
  constexpr std::int64_t kThousand = 1000;
  constexpr std::int64_t kMillion = 1'000'000;
  const auto whole = static_cast<std::int64_t>(milliseconds);
  std::int64_t part = whole % kThousand;
  if (part < 0) part += kThousand;
  return Value::instant(Instant{.seconds = (whole - part) / kThousand,
                                .nanos = static_cast<std::int32_t>(part * kMillion)});
}

std::optional<Value> FromScript::read_items(JS::HandleObject from, std::uint32_t depth) {
  std::uint32_t length = 0;
  if (!JS::GetArrayLength(cx_, from, &length)) return std::nullopt;
  // `new Array(4e9)` is short to write: what it would take is looked at before it is made.
  too_large_ = too_large_ || length > left_ / kEach;
  if (too_large_) return std::nullopt;
  Value::Items items;
  items.reserve(length);
  JS::RootedValue item(cx_);
  for (std::uint32_t i = 0; i < length; ++i) {
    if (!JS_GetElement(cx_, from, i, &item)) return std::nullopt;
    auto value = read(item, depth + 1);
    if (!value) return std::nullopt;
    items.push_back(std::move(*value));
  }
  return Value::list(std::move(items));
}

std::optional<Value> FromScript::read_entries(JS::HandleObject from, std::uint32_t depth) {
  JS::Rooted<JS::IdVector> names(cx_, JS::IdVector(cx_));
  if (!JS_Enumerate(cx_, from, &names)) return std::nullopt;
  Dict dict;
  JS::RootedValue member(cx_);
  JS::RootedValue name(cx_);
  JS::RootedString text(cx_);
  JS::RootedId id(cx_);
  for (const JS::PropertyKey& each : names) {
    id = each;
    if (!JS_IdToValue(cx_, id, &name)) return std::nullopt;
    text = JS::ToString(cx_, name);
    if (!text) return std::nullopt;
    auto key = read_text(text);
    if (!key || !JS_GetPropertyById(cx_, from, id, &member)) return std::nullopt;
    auto value = read(member, depth + 1);
    if (!value) return std::nullopt;
    dict.set(*key, std::move(*value));
  }
  return Value::map(std::move(dict));
}

}  // namespace millrace::script
