#include <utility>

#include "base/byte_stream.h"
#include "value/pack.h"
#include "value/pack_mark.h"

namespace millrace {
namespace {

// Reads what a Packer wrote; the first thing that is out of place ends it.
class Unpacker {
 public:
  Unpacker(std::string_view bytes, std::span<const Ref<Reader>> readers)
      : in_(bytes), readers_(readers) {}

  Result<Value> run() {
    if (in_.next_byte() != kPackVersion) fail();
    Value value = next(0);
    if (!in_.at_end()) {
      return Error(ErrorKind::bug, "a stored value is damaged or of another version of Millrace");
    }
    return value;
  }

 private:
  Value next(std::uint32_t depth);
  Value next_content(PackMark mark, std::uint32_t depth);
  Value next_repeated();
  Value next_instant();
  Value next_reader();
  Value::Items next_items(std::uint32_t depth);
  Dict next_dict(std::uint32_t depth);

  Value fail() {
    in_.fail();
    return Value::null();
  }
  static bool is_type(std::uint8_t byte) {
    return byte <= static_cast<std::uint8_t>(Type::HttpRequest);
  }

  ByteReader in_;
  std::span<const Ref<Reader>> readers_;
  std::vector<Value> numbered_;
};

Value Unpacker::next(std::uint32_t depth) {
  const std::uint8_t first = in_.next_byte();
  const auto mark = static_cast<PackMark>(first & ~kPackNumbered);
  if (mark == PackMark::repeated) return next_repeated();
  const std::uint8_t type = in_.next_byte();
  if (!is_type(type) || mark > PackMark::repeated || depth > kMaxPackDepth) return fail();
  const bool is_numbered = (first & kPackNumbered) != 0;
  const std::size_t number = numbered_.size();
  if (is_numbered)
    numbered_.emplace_back();  // numbers are given before what is within gets its own
  Value value = next_content(mark, depth).with_type(static_cast<Type>(type));
  if (is_numbered) numbered_[number] = value;
  return value;
}

Value Unpacker::next_repeated() {
  const auto mark = static_cast<PackMark>(in_.next_byte() & ~kPackNumbered);
  const std::uint8_t type = in_.next_byte();
  const std::uint64_t number = in_.next_number();
  if (number >= numbered_.size() || !is_type(type)) return fail();
  const Value& content = numbered_[number];
  const auto typed = [type](Value value) {
    return std::move(value).with_type(static_cast<Type>(type));
  };
  if (mark_of(content.kind()) == mark) return typed(content);
  if (content.has_dict()) {
    switch (mark) {
      case PackMark::map: return typed(Value::map(content.dict()));
      case PackMark::kv: return typed(Value::kv(content.dict()));
      case PackMark::kvv: return typed(Value::kvv(content.dict()));
      case PackMark::vars: return typed(Value::vars(content.dict()));
      case PackMark::meta: return typed(Value::meta(content.dict()));
      default: break;
    }
  }
  return fail();
}

Value Unpacker::next_instant() {
  Instant instant;
  instant.seconds = in_.next_word<std::int64_t>();
  instant.nanos = in_.next_word<std::int32_t>();
  instant.offset_minutes = in_.next_word<std::int16_t>();
  if (instant.nanos < -1 || instant.nanos > 999'999'999) return fail();
  if (instant.nanos == -1) return Value::null_instant();
  return Value::instant(instant);
}

Value Unpacker::next_reader() {
  const std::uint64_t number = in_.next_number();
  return number < readers_.size() ? Value::reader(readers_[number]) : fail();
}

Value::Items Unpacker::next_items(std::uint32_t depth) {
  const std::size_t count = in_.next_count();
  Value::Items items;
  items.reserve(count);
  while (items.size() < count && !in_.failed()) items.push_back(next(depth + 1));
  return items;
}

Dict Unpacker::next_dict(std::uint32_t depth) {
  Dict dict;
  for (std::size_t left = in_.next_count(); left > 0 && !in_.failed(); --left) {
    const std::string_view key = in_.next_chars();
    dict.set(key, next(depth + 1));
  }
  return dict;
}

Value Unpacker::next_content(PackMark mark, std::uint32_t depth) {
  switch (mark) {
    case PackMark::absent: return Value::absent();
    case PackMark::null: return Value::null();
    case PackMark::boolean: return Value::boolean(in_.next_byte() != 0);
    case PackMark::integer: return Value::integer(in_.next_word<std::int64_t>());
    case PackMark::unsigned_integer: return Value::unsigned_integer(in_.next_word<std::uint64_t>());
    case PackMark::floating: return Value::floating(in_.next_word<double>());
    case PackMark::host_int: return Value::host_int(in_.next_word<std::int64_t>());
    case PackMark::text: return Value::text(in_.next_chars());
    case PackMark::bytes: return Value::bytes(in_.next_chars());
    case PackMark::instant: return next_instant();
    case PackMark::duration: return Value::duration(Nanos(in_.next_word<std::int64_t>()));
    case PackMark::url: return Value::url(in_.next_chars());
    case PackMark::reader: return next_reader();
    case PackMark::list: return Value::list(next_items(depth));
    case PackMark::text_list: return Value::text_list(next_items(depth));
    case PackMark::map: return Value::map(next_dict(depth));
    case PackMark::array: return Value::array(next_items(depth));
    case PackMark::kv: return Value::kv(next_dict(depth));
    case PackMark::kvv: return Value::kvv(next_dict(depth));
    case PackMark::vars: return Value::vars(next_dict(depth));
    case PackMark::meta: return Value::meta(next_dict(depth));
    case PackMark::repeated: break;
  }
  return fail();
}

}  // namespace

Result<Value> unpack(std::string_view bytes, std::span<const Ref<Reader>> readers) {
  return Unpacker(bytes, readers).run();
}

}  // namespace millrace
