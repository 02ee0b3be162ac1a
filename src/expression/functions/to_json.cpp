#include "expression/functions/to_json.h"

#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "expression/functions/arguments.h"
#include "expression/functions/unicode.h"
#include "value/base64.h"
#include "value/number_text.h"

namespace millrace {
namespace {

void append_escape(std::string& out, char32_t code_point) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out.append("\\u");
  for (int shift = 12; shift >= 0; shift -= 4) out.push_back(kDigits[(code_point >> shift) & 0xFU]);
}

// Bytes that are ASCII and stand for themselves.
constexpr std::array<bool, 256> kStandsForItself = [] {
  std::array<bool, 256> table{};
  for (std::size_t byte = 0x20; byte < 0x7F; ++byte) table[byte] = true;
  for (const char c : std::string_view("\"\\<>&")) table[static_cast<unsigned char>(c)] = false;
  return table;
}();

std::size_t plain_run(std::string_view text) {
  std::size_t run = 0;
  while (run < text.size() && kStandsForItself[static_cast<unsigned char>(text[run])]) ++run;
  return run;
}

// Also what could end a script element of HTML is escaped, as by the reference.
void append_json_text(std::string& out, std::string_view text) {
  out.push_back('"');
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t run = plain_run(text.substr(at));
    out.append(text.substr(at, run));
    at += run;
    if (at == text.size()) break;
    const CodePoint point = decode_code_point(text, at);
    at += point.bytes;
    switch (point.value) {
      case '"': out.append("\\\""); break;
      case '\\': out.append("\\\\"); break;
      case '\n': out.append("\\n"); break;
      case '\r': out.append("\\r"); break;
      case '\t': out.append("\\t"); break;
      case '<':
      case '>':
      case '&':
      case 0x2028:
      case 0x2029: append_escape(out, point.value); break;
      default:
        if (point.value < 0x20 || point.is_broken())
          append_escape(out, point.value);
        else
          append_code_point(out, point.value);
    }
  }
  out.push_back('"');
}

class JsonWriter {
 public:
  JsonWriter(Fuel& fuel, JsonTypes types)
      : fuel_(fuel),
        append_part_(types == JsonTypes::kept ? &JsonWriter::append_typed : &JsonWriter::append) {}

  Attempt<std::string> write(const Value& value) {
    append(value);
    if (needed_) return Needs{std::move(needed_)};
    if (failure_) return std::move(*failure_);
    return is_writable_ ? std::move(out_) : std::string();
  }

 private:
  using AppendPart = void (JsonWriter::*)(const Value&);

  bool goes_on() const { return is_writable_ && !failure_ && !needed_; }

  bool pay(std::size_t bytes) {
    if (!fuel_.spend(1) || !pay_for_text(fuel_, bytes)) {
      failure_ = fuel_.exhausted();
    }
    return !failure_;
  }

  void append(const Value& value) {
    constexpr std::size_t kScalar = 20;  // bytes, about
    if (!goes_on() || !pay(kScalar)) return;
    switch (value.kind()) {
      case Kind::boolean: out_.append(value.as_boolean() ? "true" : "false"); break;
      case Kind::integer:
      case Kind::host_int: append_integer(out_, value.as_integer()); break;
      case Kind::unsigned_integer: append_unsigned(out_, value.as_unsigned()); break;
      case Kind::floating: append_float(value.as_float()); break;
      case Kind::text: append_text(value.as_text()); break;
      case Kind::url: append_text(value.as_url()); break;
      case Kind::bytes: append_bytes(value.as_bytes()); break;
      case Kind::instant: append_instant(value.as_instant()); break;
      case Kind::duration: append_integer(out_, value.as_duration().count()); break;
      case Kind::reader: append_reader(value.as_reader()); break;
      case Kind::list:
      case Kind::text_list: append_items(value, &JsonWriter::append); break;
      case Kind::array: append_items(value, append_part_); break;
      case Kind::map:
      case Kind::meta:
      case Kind::kv:
      case Kind::kvv: append_entries(value, &JsonWriter::append); break;
      case Kind::vars: append_entries(value, append_part_); break;
      default: out_.append("null");
    }
  }

  // {"@value": …, "@type": …}; an ID is a text then.
  void append_typed(const Value& value) {
    out_.append("{\"@value\":");
    const bool is_id = value.type() == Type::ID;
    if (is_id) out_.push_back('"');
    append(value);
    if (is_id) out_.push_back('"');
    out_.append(",\"@type\":\"").append(type_name(value.type())).append("\"}");
  }

  void append_items(const Value& list, AppendPart append_item) {
    out_.push_back('[');
    bool first = true;
    for (const Value& item : list.items()) {
      if (!goes_on()) return;
      if (!first) out_.push_back(',');
      first = false;
      (this->*append_item)(item);
    }
    out_.push_back(']');
  }

  void append_entries(const Value& container, AppendPart append_item) {
    out_.push_back('{');
    bool first = true;
    for (const Dict::Entry& entry : container.dict()) {
      if (!goes_on()) return;
      if (!first) out_.push_back(',');
      first = false;
      append_text(entry.key());
      out_.push_back(':');
      (this->*append_item)(entry.value);
    }
    out_.push_back('}');
  }

  void append_float(double number) {
    if (!std::isfinite(number))
      is_writable_ = false;
    else
      append_float_json_text(out_, number);
  }

  void append_text(std::string_view text) {
    const std::size_t before = out_.size();
    if (!pay(text.size())) return;
    append_json_text(out_, text);
    const std::size_t escapes = out_.size() - before - 2 - text.size();
    if (escapes > 0) pay(escapes);
  }

  void append_bytes(std::string_view bytes) {
    if (!pay(2 * bytes.size())) return;
    out_.push_back('"');
    append_base64(out_, bytes);
    out_.push_back('"');
  }

  // RFC 3339 has years of four digits only.
  void append_instant(const Instant& instant) {
    if (instant.null) {
      out_.append("null");
      return;
    }
    const std::int64_t year = civil_time(instant).year;
    if (year < 0 || year > 9'999)
      is_writable_ = false;
    else
      out_.append("\"").append(instant_rfc3339(instant)).append("\"");
  }

  void append_reader(const Ref<Reader>& reader) {
    const auto content = reader->drained();
    if (!content)
      needed_ = reader;
    else if (*content)
      append_text(**content);
    else
      failure_ = content->error();
  }

  Fuel& fuel_;
  AppendPart append_part_;  // of an Array or Vars
  std::string out_;
  bool is_writable_ = true;
  Ref<Reader> needed_;
  std::optional<Error> failure_;
};

}  // namespace

Attempt<std::string> to_reference_json(Fuel& fuel, const Value& value, JsonTypes types) {
  return JsonWriter(fuel, types).write(value);
}

}  // namespace millrace
