// Values as text: what operators see, and what casts store.
#include <optional>

#include "base/duration.h"
#include "value/convert.h"
#include "value/number_text.h"

namespace millrace {
namespace {

// Writes one value; stops at the first error or reader that is not there.
class OperatorText {
 public:
  Outcome run(const Value& value) {
    if (const auto shallow = value.check_nesting(); !shallow) return shallow.error();
    append(value);
    if (stopped_) return std::move(*stopped_);
    return Value::text(std::move(out_));
  }

 private:
  void append(const Value& value);
  void append_reader(const Value& value);
  void append_items(std::span<const Value> items);
  void append_bytes(std::string_view bytes);
  void append_dict(const Dict& dict);
  // Whether to go on with the next part.
  bool may_go_on();

  std::string out_;
  std::optional<Outcome> stopped_;
};

void OperatorText::append(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::absent:
    case Value::Kind::null: out_ += "<nil>"; break;
    case Value::Kind::boolean: out_ += value.as_boolean() ? "true" : "false"; break;
    case Value::Kind::integer:
    case Value::Kind::host_int: append_integer(out_, value.as_integer()); break;
    case Value::Kind::unsigned_integer: append_unsigned(out_, value.as_unsigned()); break;
    case Value::Kind::floating: append_float_text(out_, value.as_float()); break;
    case Value::Kind::text: out_ += value.as_text(); break;
    case Value::Kind::bytes: append_bytes(value.as_bytes()); break;
    case Value::Kind::instant: out_ += instant_text(value.as_instant()); break;
    case Value::Kind::duration: out_ += format_duration(value.as_duration()); break;
    case Value::Kind::url: out_ += value.as_url(); break;
    case Value::Kind::reader: append_reader(value); break;
    case Value::Kind::list:
    case Value::Kind::text_list: append_items(value.items()); break;
    case Value::Kind::map:
    case Value::Kind::meta: append_dict(value.dict()); break;
    // The mark of a typed container takes part in comparing by text.
    case Value::Kind::array:
      out_ += "&{";
      append_items(value.items());
      out_ += '}';
      break;
    case Value::Kind::kv:
    case Value::Kind::kvv:
    case Value::Kind::vars:
      out_ += "&{";
      append_dict(value.dict());
      out_ += '}';
      break;
    case Value::Kind::opaque: out_.append("&{").append(type_name(value.type())).append("}"); break;
  }
}

void OperatorText::append_reader(const Value& value) {
  const auto content = value.as_reader()->drained();
  if (!content) {
    stopped_ = Needs{value.as_reader()};
  } else if (!*content) {
    stopped_ = content->error();
  } else {
    out_ += **content;
  }
}

bool OperatorText::may_go_on() {
  if (!stopped_ && out_.size() > kMaxTextBytes) {
    stopped_ = Error(ErrorKind::exhausted, "the text of a list or map would be longer than " +
                                               std::to_string(kMaxTextBytes >> 20) + " MiB");
  }
  return !stopped_;
}

void OperatorText::append_items(std::span<const Value> items) {
  out_ += '[';
  for (std::size_t i = 0; i < items.size() && may_go_on(); ++i) {
    if (i > 0) out_ += ' ';
    append(items[i]);
  }
  out_ += ']';
}

void OperatorText::append_bytes(std::string_view bytes) {
  out_ += '[';
  for (std::size_t i = 0; i < bytes.size() && may_go_on(); ++i) {
    if (i > 0) out_ += ' ';
    append_unsigned(out_, static_cast<unsigned char>(bytes[i]));
  }
  out_ += ']';
}

void OperatorText::append_dict(const Dict& dict) {
  out_ += "map[";
  bool is_first = true;
  for (const Dict::Entry& entry : dict) {
    if (!may_go_on()) break;
    if (!is_first) out_ += ' ';
    is_first = false;
    out_.append(entry.key()).append(":");
    append(entry.value);
  }
  out_ += ']';
}

}  // namespace

Outcome operator_text(const Value& value) {
  if (value.is_text()) return value.with_type(Type::Any);
  return OperatorText().run(value);
}

Outcome cast_text(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::absent:
    case Value::Kind::null: return Value::text("");
    case Value::Kind::text: return value.with_type(Type::Any);
    case Value::Kind::floating: return Value::text(float_plain_text(value.as_float()));
    case Value::Kind::bytes: return Value::text(value.as_bytes());
    case Value::Kind::instant:
      if (value.as_instant().null) return Value::text("");
      return operator_text(value);
    case Value::Kind::boolean:
    case Value::Kind::integer:
    case Value::Kind::host_int:
    case Value::Kind::unsigned_integer:
    case Value::Kind::duration:
    case Value::Kind::url:
    case Value::Kind::reader: return operator_text(value);
    default:
      return Error(ErrorKind::invalid, "cannot make one text of " + describe(value) +
                                           ": take a part of it, or toJSON()");
  }
}

}  // namespace millrace
