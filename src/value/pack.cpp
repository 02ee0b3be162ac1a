#include "value/pack.h"

#include <unordered_map>
#include <utility>

#include "base/byte_stream.h"
#include "value/pack_mark.h"

namespace millrace {
namespace {

using Kind = Value::Kind;

class Packer {
 public:
  Packer() { out_.add_byte(kPackVersion); }
  PackedValue take() && { return {std::move(out_).take(), std::move(readers_)}; }

  // False for what cannot be stored.
  bool add(const Value& value);

 private:
  bool add_content(const Value& value);
  void add_reader(const Ref<Reader>& reader) {
    const auto [at, is_new] = reader_numbers_.try_emplace(reader.get(), readers_.size());
    if (is_new) readers_.push_back(reader);
    out_.add_number(at->second);
  }

  ByteWriter out_;
  std::vector<Ref<Reader>> readers_;
  std::unordered_map<const Reader*, std::size_t> reader_numbers_;
  std::unordered_map<const void*, std::uint64_t> numbers_;  // of contents that several hold
};

bool Packer::add(const Value& value) {
  auto mark = static_cast<std::uint8_t>(mark_of(value.kind()));
  if (!value.is_sole_holder()) {
    const auto [at, is_new] = numbers_.try_emplace(value.identity(), numbers_.size());
    if (!is_new) {
      // The same content may be held as another kind (Meta as a map), so that is said again.
      out_.add_byte(static_cast<std::uint8_t>(PackMark::repeated));
      out_.add_byte(mark);
      out_.add_byte(static_cast<std::uint8_t>(value.type()));
      out_.add_number(at->second);
      return true;
    }
    mark |= kPackNumbered;
  }
  out_.add_byte(mark);
  out_.add_byte(static_cast<std::uint8_t>(value.type()));
  return add_content(value);
}

bool Packer::add_content(const Value& value) {
  switch (value.kind()) {
    case Kind::absent:
    case Kind::null: return true;
    case Kind::boolean: out_.add_byte(value.as_boolean() ? 1 : 0); return true;
    case Kind::integer:
    case Kind::host_int: out_.add_word(value.as_integer()); return true;
    case Kind::unsigned_integer: out_.add_word(value.as_unsigned()); return true;
    case Kind::floating: out_.add_word(value.as_float()); return true;
    case Kind::duration:
      out_.add_word(static_cast<std::int64_t>(value.as_duration().count()));
      return true;
    case Kind::text: out_.add_chars(value.as_text()); return true;
    case Kind::bytes: out_.add_chars(value.as_bytes()); return true;
    case Kind::url: out_.add_chars(value.as_url()); return true;
    case Kind::instant: {
      const Instant instant = value.as_instant();
      out_.add_word(instant.seconds);
      out_.add_word(instant.null ? std::int32_t{-1} : instant.nanos);
      out_.add_word(instant.offset_minutes);
      return true;
    }
    case Kind::reader: add_reader(value.as_reader()); return true;
    case Kind::list:
    case Kind::text_list:
    case Kind::array:
      out_.add_number(value.items().size());
      for (const Value& item : value.items()) {
        if (!add(item)) return false;
      }
      return true;
    case Kind::map:
    case Kind::kv:
    case Kind::kvv:
    case Kind::vars:
    case Kind::meta:
      out_.add_number(value.dict().size());
      for (const Dict::Entry& entry : value.dict()) {
        out_.add_chars(entry.key());
        if (!add(entry.value)) return false;
      }
      return true;
    case Kind::opaque: return false;
  }
  return false;
}

}  // namespace

Result<PackedValue> pack(const Value& value) {
  MILLRACE_TRY(value.check_nesting(kMaxPackDepth));
  Packer packer;
  if (packer.add(value)) return std::move(packer).take();
  return Error(
      ErrorKind::invalid,
      "an EmailMessage or HttpRequest cannot be stored with the session: use it before the "
      "session waits");
}

}  // namespace millrace
