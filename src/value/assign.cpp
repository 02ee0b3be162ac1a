#include <optional>

#include "value/cast.h"
#include "value/cast_texts.h"
#include "value/convert.h"
#include "value/number_text.h"
#include "value/path.h"

namespace millrace {
namespace {

using Kind = Value::Kind;
using Done = Attempt<std::monostate>;
using Path = std::span<const Segment>;

Error refusal(std::string message) { return Error(ErrorKind::invalid, std::move(message)); }

Done put(Value& container, Path path, Value value);

// Hands on whatever is no value.
Done not_done(Outcome outcome) {
  if (Error* error = std::get_if<Error>(&outcome)) return std::move(*error);
  return std::get<Needs>(std::move(outcome));
}

Done put_into_vars(Value& container, Path path, Value value) {
  Dict& dict = container.dict_for_change();
  const std::string& key = path.front().key;
  if (path.size() == 1) {
    dict.set(key, std::move(value));
    return {};
  }
  Value child = dict.take(key);
  if (child.is_absent()) {
    return Error(ErrorKind::not_found,
                 "there is no \"" + key + "\" to put a value into: set it first, as {}");
  }
  Done done = put(child, path.subspan(1), std::move(value));
  dict.set(key, std::move(child));
  return done;
}

Done put_into_kv(Value& container, Path path, const Value& value) {
  if (path.size() > 1)
    return refusal("a KV holds texts: nothing can be put below \"" + path.front().key + "\"");
  Outcome text = cast_text(value);
  Value* content = std::get_if<Value>(&text);
  if (content == nullptr) return not_done(std::move(text));
  container.dict_for_change().set(path.front().key, std::move(*content));
  return {};
}

// The whole list below a key.
Done put_texts(Dict& dict, const std::string& key, const Value& value) {
  Outcome texts = texts_to_put(value);
  Value* content = std::get_if<Value>(&texts);
  if (content == nullptr) return not_done(std::move(texts));
  dict.set(key, std::move(*content));
  return {};
}

Done put_into_kvv(Value& container, Path path, const Value& value) {
  const std::string& key = path.front().key;
  if (path.size() > 2) return refusal("a KVV holds lists of texts: nothing can be put that deep");
  if (path.size() == 1) return put_texts(container.dict_for_change(), key, value);
  std::optional<std::int64_t> index = -1;  // appends
  if (!path[1].key.empty()) index = parse_integer_text(path[1].key);
  if (!index) {
    return refusal("\"" + path[1].key + "\" is no index into the list \"" + key +
                   "\": write a number, or [] to append");
  }
  Outcome text = cast_text(value);
  Value* content = std::get_if<Value>(&text);
  if (content == nullptr) return not_done(std::move(text));
  Dict& dict = container.dict_for_change();
  Value texts = dict.take(key);
  if (texts.is_absent()) texts = Value::text_list(Value::Items{});
  if (*index >= 0 && static_cast<std::uint64_t>(*index) < texts.items().size()) {
    texts.set_item(static_cast<std::size_t>(*index), std::move(*content));
  } else {
    texts.push_item(std::move(*content));
  }
  dict.set(key, std::move(texts));
  return {};
}

Done put_into_array(Value& container, Path path, Value value) {
  const std::string& key = path.front().key;
  const std::size_t size = container.items().size();
  const auto parsed = parse_integer_text(key);
  if (!parsed || *parsed < 0 || static_cast<std::uint64_t>(*parsed) >= size) {
    return refusal("there is no item \"" + key + "\" in the Array of " + std::to_string(size) +
                   ": push() adds items");
  }
  const auto index = static_cast<std::size_t>(*parsed);
  if (path.size() == 1) {
    Outcome item = cast(std::move(value), container.items()[index].type());
    Value* content = std::get_if<Value>(&item);
    if (content == nullptr) return not_done(std::move(item));
    container.set_item(index, std::move(*content));
    return {};
  }
  Value child = container.take_item(index);
  Done done = put(child, path.subspan(1), std::move(value));
  container.set_item(index, std::move(child));
  return done;
}

Done put(Value& container, Path path, Value value) {
  const Kind kind = container.type() == Type::Any ? Kind::null : container.kind();
  switch (kind) {
    case Kind::vars: return put_into_vars(container, path, std::move(value));
    case Kind::kv: return put_into_kv(container, path, value);
    case Kind::kvv: return put_into_kvv(container, path, value);
    case Kind::array: return put_into_array(container, path, std::move(value));
    default:
      return refusal("nothing can be put below \"" + path.front().key + "\" of " +
                     describe(container) + " (type " + std::string(type_name(container.type())) +
                     "): only Vars, KV, KVV and Array have parts that can be set");
  }
}

}  // namespace

Attempt<std::monostate> assign(Value& container, std::span<const Segment> path, Value value) {
  const std::uint32_t allowed =
      kMaxNesting - static_cast<std::uint32_t>(std::min<std::size_t>(path.size(), kMaxNesting));
  if (const auto shallow = value.check_nesting(allowed); !shallow) return shallow.error();
  if (!path.empty()) return put(container, path, std::move(value));
  container = std::move(value);
  return {};
}

}  // namespace millrace
