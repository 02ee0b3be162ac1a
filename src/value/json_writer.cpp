// Writing values as JSON, plain and typed.
#include <cmath>
#include <optional>

#include "base/duration.h"
#include "value/base64.h"
#include "value/json.h"
#include "value/number_text.h"

namespace millrace {
namespace {

using Kind = Value::Kind;

// The length of the UTF-8 sequence at the beginning of `text`, 0 where it is broken.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (length == 0 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  // Overlong forms, surrogates, and beyond U+10FFFF.
  if ((first == 0xE0 && byte(1) < 0xA0) || (first == 0xED && byte(1) > 0x9F)) return 0;
  if ((first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) > 0x8F)) return 0;
  return length;
}

void append_escaped(std::string& out, char c) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  out += "\\u00";
  out += kDigits[static_cast<unsigned char>(c) >> 4];
  out += kDigits[static_cast<unsigned char>(c) & 15];
}

// Writes one value; stops at the first thing that cannot be written.
class Writer {
 public:
  struct Options {
    bool is_strict;  // refuses numbers that are not finite, and asks for readers
    std::size_t max_bytes;
  };
  explicit Writer(Options options) : options_(options) {}

  void typed(const Value& value);
  void plain(const Value& value);
  void typed_members(const Dict& dict);

  bool has_stopped() const { return stopped_.has_value(); }
  std::variant<Error, Needs> why() { return std::move(*stopped_); }
  std::string take() { return std::move(out_); }

 private:
  void typed_content(const Value& value);
  void plain_float(double number);
  void plain_reader(const Value& value);
  void excerpt_marks(const Value& value);
  void quoted(std::string_view text) { append_json_string(out_, text); }
  template <class Write>
  void items(std::span<const Value> items, const Write& write);
  template <class Write>
  void members(const Dict& dict, const Write& write);
  bool may_go_on();

  Options options_;
  std::string out_;
  std::optional<std::variant<Error, Needs>> stopped_;
};

bool Writer::may_go_on() {
  if (!stopped_ && out_.size() > options_.max_bytes) {
    stopped_ = Error(ErrorKind::exhausted, "the value as JSON would have more than the " +
                                               std::to_string(options_.max_bytes) +
                                               " bytes that are allowed");
  }
  return !stopped_;
}

template <class Write>
void Writer::items(std::span<const Value> items, const Write& write) {
  out_ += '[';
  for (std::size_t i = 0; i < items.size() && may_go_on(); ++i) {
    if (i > 0) out_ += ',';
    write(items[i]);
  }
  out_ += ']';
}

template <class Write>
void Writer::members(const Dict& dict, const Write& write) {
  out_ += '{';
  bool is_first = true;
  for (const Dict::Entry& entry : dict) {
    if (!may_go_on()) break;
    if (!is_first) out_ += ',';
    is_first = false;
    quoted(entry.key());
    out_ += ':';
    write(entry.value);
  }
  out_ += '}';
}

void Writer::plain_float(double number) {
  if (std::isfinite(number)) {
    append_float_json_text(out_, number);
  } else if (options_.is_strict) {
    stopped_ = Error(ErrorKind::invalid, "JSON has no number for " + float_text(number));
  } else {
    quoted(float_text(number));
  }
}

void Writer::plain_reader(const Value& value) {
  const auto content = value.as_reader()->drained();
  if (content && *content) {
    quoted(**content);
  } else if (!options_.is_strict) {
    out_ += "null";
  } else if (content) {
    stopped_ = content->error();
  } else {
    stopped_ = Needs{value.as_reader()};
  }
}

void Writer::plain(const Value& value) {
  const auto write_plain = [this](const Value& part) { plain(part); };
  switch (value.kind()) {
    case Kind::absent:
    case Kind::null:
    case Kind::opaque: out_ += "null"; break;
    case Kind::boolean: out_ += value.as_boolean() ? "true" : "false"; break;
    case Kind::integer:
    case Kind::host_int: append_integer(out_, value.as_integer()); break;
    case Kind::unsigned_integer: append_unsigned(out_, value.as_unsigned()); break;
    case Kind::floating: plain_float(value.as_float()); break;
    case Kind::text: quoted(value.as_text()); break;
    case Kind::url: quoted(value.as_url()); break;
    case Kind::bytes:
      out_ += '"';
      append_base64(out_, value.as_bytes());
      out_ += '"';
      break;
    case Kind::instant: {
      const Instant instant = value.as_instant();
      if (instant.null) {
        out_ += "null";
      } else {
        quoted(instant_rfc3339(instant));
      }
      break;
    }
    case Kind::duration: append_integer(out_, value.as_duration().count()); break;
    case Kind::reader: plain_reader(value); break;
    case Kind::list:
    case Kind::text_list:
    case Kind::array: items(value.items(), write_plain); break;
    case Kind::map:
    case Kind::kv:
    case Kind::kvv:
    case Kind::vars:
    case Kind::meta: members(value.dict(), write_plain); break;
  }
}

void Writer::typed_members(const Dict& dict) {
  members(dict, [this](const Value& part) { typed(part); });
}

void Writer::typed(const Value& value) {
  out_.append("{\"@type\":\"").append(type_name(value.type())).append("\",\"@value\":");
  typed_content(value);
  if (value.is_reader()) excerpt_marks(value);
  out_ += '}';
}

// What a printer could not show of a reader is said beside what it shows.
void Writer::excerpt_marks(const Value& value) {
  const auto* excerpt = dynamic_cast<const Excerpt*>(value.as_reader().get());
  if (excerpt == nullptr) return;
  if (excerpt->truncated()) out_ += ",\"@truncated\":true";
  if (!excerpt->failure()) return;
  out_ += ",\"@error\":";
  quoted(excerpt->failure()->message());
}

void Writer::typed_content(const Value& value) {
  switch (value.type()) {
    case Type::Array: items(value.items(), [this](const Value& part) { typed(part); }); break;
    case Type::Vars: typed_members(value.dict()); break;
    case Type::Duration: quoted(format_duration(value.as_duration())); break;
    case Type::ID:
      out_ += '"';
      append_unsigned(out_, value.as_unsigned());
      out_ += '"';
      break;
    default: plain(value); break;
  }
}

template <class Write>
Result<std::string> write_typed(const Value* value, std::size_t max_bytes, const Write& write) {
  // What nests a little deeper than may be stored can still be written: it may be on its way.
  if (value != nullptr) MILLRACE_TRY(value->check_nesting(2 * kMaxNesting));
  Writer writer({.is_strict = false, .max_bytes = max_bytes});
  write(writer);
  if (writer.has_stopped()) return std::get<Error>(writer.why());
  return writer.take();
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t begin = 0;  // of what can be copied as it is
  std::size_t at = 0;
  while (at < text.size()) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const std::size_t length = byte < 0x80 ? 1 : sequence_length(text.substr(at));
    const bool is_plain = length > 1 || (length == 1 && byte >= ' ' && byte != '"' && byte != '\\');
    if (is_plain) {
      at += length;
      continue;
    }
    out += text.substr(begin, at - begin);
    if (length == 0) {
      out += "\xEF\xBF\xBD";  // U+FFFD
    } else {
      append_escaped(out, text[at]);
    }
    ++at;
    begin = at;
  }
  out += text.substr(begin);
  out += '"';
}

Result<std::string> to_typed_json(const Value& value, std::size_t max_bytes) {
  return write_typed(&value, max_bytes, [&](Writer& writer) { writer.typed(value); });
}

Result<std::string> to_typed_json(const Dict& vars, std::size_t max_bytes) {
  const Value whole = Value::vars(vars);
  return write_typed(&whole, max_bytes, [&](Writer& writer) { writer.typed_members(vars); });
}

Attempt<std::string> to_json(const Value& value, std::size_t max_bytes) {
  if (const auto shallow = value.check_nesting(2 * kMaxNesting); !shallow) return shallow.error();
  Writer writer({.is_strict = true, .max_bytes = max_bytes});
  writer.plain(value);
  if (!writer.has_stopped()) return writer.take();
  auto why = writer.why();
  if (Error* error = std::get_if<Error>(&why)) return std::move(*error);
  return std::get<Needs>(std::move(why));
}

}  // namespace millrace
