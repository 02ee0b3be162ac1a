#include "script/to_script.h"

#include <js/Array.h>
#include <js/BigInt.h>
#include <js/CharacterEncoding.h>
#include <js/PropertyAndElement.h>
#include <js/String.h>
#include <js/experimental/TypedData.h>
#include <jsapi.h>

#include <cstring>

namespace millrace::script {
namespace {

using Kind = Value::Kind;

// The integers that a Number holds exactly.
constexpr std::int64_t kExact = (std::int64_t{1} << 53) - 1;

// Bytes that are no UTF-8 become U+FFFD.
JSString* to_string(JSContext* cx, std::string_view text) {
  const JS::UTF8Chars bytes(text.data(), text.size());
  std::size_t length = 0;
  const JS::TwoByteCharsZ chars =
      JS::LossyUTF8CharsToNewTwoByteCharsZ(cx, bytes, &length, js::StringBufferArena);
  if (!chars) return nullptr;
  JS::UniqueTwoByteChars owned(chars.get());
  return JS_NewUCString(cx, std::move(owned), length);
}

bool set_text(JSContext* cx, std::string_view text, JS::MutableHandleValue into) {
  JSString* string = to_string(cx, text);
  if (string == nullptr) return false;
  into.setString(string);
  return true;
}

bool set_big(JS::BigInt* number, JS::MutableHandleValue into) {
  if (number == nullptr) return false;
  into.setBigInt(number);
  return true;
}

bool set_integer(JSContext* cx, std::int64_t number, JS::MutableHandleValue into) {
  if (number > kExact || number < -kExact) return set_big(JS::NumberToBigInt(cx, number), into);
  into.setNumber(static_cast<double>(number));
  return true;
}

bool set_unsigned(JSContext* cx, const Value& value, JS::MutableHandleValue into) {
  const std::uint64_t number = value.as_unsigned();
  // An ID is a name and no number: as text it survives whatever a script does with it.
  if (value.type() == Type::ID) return set_text(cx, std::to_string(number), into);
  if (number <= kExact) return set_integer(cx, static_cast<std::int64_t>(number), into);
  return set_big(JS::NumberToBigInt(cx, number), into);
}

bool set_bytes(JSContext* cx, std::string_view bytes, JS::MutableHandleValue into) {
  JSObject* array = JS_NewUint8Array(cx, bytes.size());
  if (array == nullptr) return false;
  {
    const JS::AutoCheckCannotGC no_gc;
    bool shared = false;
    std::uint8_t* data = JS_GetUint8ArrayData(array, &shared, no_gc);
    if (!bytes.empty()) std::memcpy(data, bytes.data(), bytes.size());
  }
  into.setObject(*array);
  return true;
}

bool set_items(JSContext* cx, std::span<const Value> items, JS::MutableHandleValue into) {
  const JS::RootedObject array(cx, JS::NewArrayObject(cx, 0));
  if (!array) return false;
  JS::RootedValue item(cx);
  std::uint32_t index = 0;
  for (const Value& each : items) {
    if (!to_script(cx, each, &item)) return false;
    if (!JS_DefineElement(cx, array, index++, item, JSPROP_ENUMERATE)) return false;
  }
  into.setObject(*array);
  return true;
}

bool set_entries(JSContext* cx, const Dict& dict, JS::MutableHandleValue into) {
  const JS::RootedObject object(cx, JS_NewPlainObject(cx));
  if (!object) return false;
  JS::RootedValue member(cx);
  JS::RootedString name(cx);
  JS::RootedId id(cx);
  for (const Dict::Entry& entry : dict) {
    name = to_string(cx, entry.key());
    if (!name || !JS_StringToId(cx, name, &id)) return false;
    if (!to_script(cx, entry.value, &member)) return false;
    if (!JS_DefinePropertyById(cx, object, id, member, JSPROP_ENUMERATE)) return false;
  }
  into.setObject(*object);
  return true;
}

}  // namespace

bool to_script(JSContext* cx, const Value& value, JS::MutableHandleValue into) {
  switch (value.kind()) {
    case Kind::absent: into.setUndefined(); return true;
    case Kind::null: into.setNull(); return true;
    case Kind::boolean: into.setBoolean(value.as_boolean()); return true;
    case Kind::integer:
    case Kind::host_int: return set_integer(cx, value.as_integer(), into);
    case Kind::unsigned_integer: return set_unsigned(cx, value, into);
    case Kind::floating: into.setNumber(value.as_float()); return true;
    case Kind::duration: return set_integer(cx, value.as_duration().count(), into);
    case Kind::text: return set_text(cx, value.as_text(), into);
    case Kind::url: return set_text(cx, value.as_url(), into);
    case Kind::bytes: return set_bytes(cx, value.as_bytes(), into);
    case Kind::instant: {
      const Instant instant = value.as_instant();
      if (!instant.null) return set_text(cx, instant_rfc3339(instant), into);
      into.setNull();
      return true;
    }
    case Kind::reader: return set_text(cx, **value.as_reader()->drained(), into);
    case Kind::list:
    case Kind::text_list:
    case Kind::array: return set_items(cx, value.items(), into);
    case Kind::map:
    case Kind::kv:
    case Kind::kvv:
    case Kind::vars:
    case Kind::meta: return set_entries(cx, value.dict(), into);
    case Kind::opaque: break;  // pack() refuses it
  }
  into.setUndefined();
  return true;
}

}  // namespace millrace::script
