#include "value/cast_texts.h"

#include "value/blank.h"
#include "value/convert.h"
#include "value/json.h"

namespace millrace {
namespace {

using Kind = Value::Kind;

Error refusal(const Value& value, std::string_view type, std::string_view hint) {
  return Error(ErrorKind::invalid, "cannot cast " + describe(value) + " to " + std::string(type) +
                                       ": " + std::string(hint));
}

// Cast text, "" where there is none; but what a Reader says is passed on.
Outcome text_or_empty(const Value& value) {
  Outcome text = cast_text(value);
  if (std::holds_alternative<Error>(text) && !value.is_reader()) return Value::text("");
  return text;
}

// Applies `convert` to every value, until one gives no value.
template <class Convert>
Outcome convert_all(const Dict& from, Value (*make)(Dict), const Convert& convert) {
  Dict all;
  for (const Dict::Entry& entry : from) {
    Outcome converted = convert(entry.value);
    Value* value = std::get_if<Value>(&converted);
    if (value == nullptr) return converted;
    all.set(entry.name, std::move(*value));
  }
  return make(std::move(all));
}

// The object in a JSON text; null counts as an empty one.
Result<Dict> object_of(std::string_view text) {
  MILLRACE_TRY_ASSIGN(document, parse_json(text));
  if (document.is_null()) return Dict();
  if (!document.is_map()) return Error(ErrorKind::invalid, "it is no JSON object");
  return document.dict();
}

Outcome json_text(const Value& value) {
  if (value.is_null()) return Value::text("");
  if (value.is_text()) return value;
  return Error(ErrorKind::invalid, describe(value) + " in it is no text");
}

Outcome json_texts(const Value& value) {
  if (value.is_null()) return Value::text_list(Value::Items{});
  if (!value.is_list()) return Error(ErrorKind::invalid, describe(value) + " in it is no list");
  Value::Items texts;
  for (const Value& item : value.items()) {
    Outcome text = json_text(item);
    if (std::holds_alternative<Error>(text)) return text;
    texts.push_back(std::get<Value>(std::move(text)));
  }
  return Value::text_list(std::move(texts));
}

Outcome from_json_text(const Value& value, std::string_view type, Value (*make)(Dict),
                       Outcome (*convert)(const Value&)) {
  const auto object = object_of(value.as_text());
  if (!object) return refusal(value, type, object.error().message());
  Outcome converted = convert_all(*object, make, convert);
  if (const Error* error = std::get_if<Error>(&converted)) {
    return refusal(value, type, error->message());
  }
  return converted;
}

Value words_of(std::string_view text) {
  Value::Items words;
  std::size_t begin = 0;  // of the current word
  std::size_t at = 0;
  const auto end_word = [&] {
    if (at > begin) words.push_back(Value::text(text.substr(begin, at - begin)));
  };
  while (at < text.size()) {
    const std::size_t blank = blank_size(text.substr(at));
    if (blank == 0) {
      ++at;
      continue;
    }
    end_word();
    at += blank;
    begin = at;
  }
  end_word();
  return Value::text_list(std::move(words));
}

// What a KVV stores for a value of a map.
Outcome texts_of(const Value& value) {
  if (value.kind() == Kind::text_list) return value;
  const std::span<const Value> parts = value.is_list() ? value.items() : std::span(&value, 1);
  Value::Items texts;
  texts.reserve(parts.size());
  for (const Value& part : parts) {
    Outcome text = text_or_empty(part);
    Value* content = std::get_if<Value>(&text);
    if (content == nullptr) return text;
    texts.push_back(std::move(*content));
  }
  return Value::text_list(std::move(texts));
}

}  // namespace

Outcome texts_to_put(const Value& value) {
  const bool is_nothing =
      value.is_null() || (value.kind() == Kind::instant && value.as_instant().null);
  if (is_nothing) {
    return Error(ErrorKind::invalid, "null gives no texts for a KVV: put a text or a list");
  }
  if (value.is_text()) return words_of(value.as_text());
  if (value.is_list() || value.kind() == Kind::text_list) return texts_of(value);
  Outcome text = cast_text(value);
  const Value* content = std::get_if<Value>(&text);
  return content == nullptr ? std::move(text) : Outcome(Value::text_list({*content}));
}

Outcome cast_to_kv(Value value) {
  switch (value.kind()) {
    case Kind::null: return Value::kv({});
    case Kind::kv: return std::move(value).with_type(Type::KV);
    case Kind::map:
    case Kind::meta: return convert_all(value.dict(), Value::kv, text_or_empty);
    case Kind::text: return from_json_text(value, "KV", Value::kv, json_text);
    default: return refusal(value, "KV", "a map, or a JSON object of texts will");
  }
}

Outcome cast_to_kvv(Value value) {
  switch (value.kind()) {
    case Kind::null: return Value::kvv({});
    case Kind::kvv: return std::move(value).with_type(Type::KVV);
    case Kind::kv:
    case Kind::map:
    case Kind::meta: return convert_all(value.dict(), Value::kvv, texts_of);
    case Kind::text: return from_json_text(value, "KVV", Value::kvv, json_texts);
    default: return refusal(value, "KVV", "a KV, a map, or a JSON object of lists of texts will");
  }
}

}  // namespace millrace
