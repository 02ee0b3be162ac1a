#include "expression/functions/value_printer.h"

#include <utility>

#include "base/duration.h"
#include "expression/functions/unicode.h"
#include "value/convert.h"

namespace millrace {
namespace {

// What the reference calls the type of a value.
std::string_view go_type(const Value& value) {
  switch (value.kind()) {
    case Kind::boolean: return "bool";
    case Kind::integer: return "int64";
    case Kind::unsigned_integer: return "uint64";
    case Kind::floating: return "float64";
    case Kind::host_int: return "int";
    case Kind::text: return "string";
    case Kind::bytes: return "[]uint8";
    case Kind::instant: return "*time.Time";
    case Kind::duration: return "time.Duration";
    case Kind::url: return "*url.URL";
    case Kind::reader: return "*expr.Reader";
    case Kind::list: return "[]interface {}";
    case Kind::text_list: return "[]string";
    case Kind::map:
    case Kind::meta: return "map[string]interface {}";
    case Kind::array: return "*expr.Array";
    case Kind::kv: return "*expr.KV";
    case Kind::kvv: return "*expr.KVV";
    case Kind::vars: return "*expr.Vars";
    default: return "<nil>";
  }
}

bool takes_text_verb(const Directive& directive) {
  if (directive.go_syntax) return false;
  return directive.verb < 0x80 && std::string_view("vsxXq").find(
                                      static_cast<char>(directive.verb)) != std::string_view::npos;
}

}  // namespace

void ValuePrinter::print(const Directive& directive, const Value& value) {
  if (value.is_null()) {
    if (directive.verb != 'v' && directive.verb != 'T') {
      out_.append("%!");
      append_code_point(out_, directive.verb);
      out_.append("(<nil>)");
    } else if (pay(largest_print(directive, 0))) {
      print_padded(out_, directive, "<nil>");
    }
  } else if (directive.verb == 'T') {
    Directive as_text = directive;
    as_text.verb = 's';
    if (pay(largest_print(directive, 0))) print_text(out_, as_text, go_type(value));
  } else if (directive.verb == 'w' && (value.has_items() || value.has_dict())) {
    print_misfit(directive, go_type(value), value);  // as a whole, not item by item
  } else {
    print_part(directive, value);
  }
}

// A value at the top or within a list or map.
void ValuePrinter::print_part(const Directive& directive, const Value& value) {
  if (is_dry_) return;
  switch (value.kind()) {
    case Kind::null: out_.append(directive.go_syntax ? "interface {}(nil)" : "<nil>"); return;
    case Kind::bytes: print_bytes(directive, value); return;
    case Kind::list:
    case Kind::text_list: print_items(directive, value); return;
    case Kind::map:
    case Kind::meta: print_entries(directive, value); return;
    case Kind::array:
      out_.append("&{");
      print_items(directive, value);
      out_.push_back('}');
      return;
    case Kind::kv:
    case Kind::kvv:
    case Kind::vars:
      out_.append("&{");
      print_entries(directive, value);
      out_.push_back('}');
      return;
    default:
      if (!print_scalar(directive, value)) print_misfit(directive, go_type(value), value);
  }
}

// False where the verb does not fit. What may become large is paid for before it is made.
bool ValuePrinter::print_scalar(const Directive& directive, const Value& value) {
  constexpr std::uint64_t kSmall = 1024;
  const std::uint64_t largest =
      largest_print(directive, value.is_text() ? value.as_text().size() : 0);
  if (!pay(largest > kSmall ? largest : 0)) return true;
  const std::size_t before = out_.size();
  const bool fits = print_kind(directive, value);
  if (largest <= kSmall) pay(out_.size() - before);
  return fits;
}

bool ValuePrinter::print_kind(const Directive& directive, const Value& value) {
  switch (value.kind()) {
    case Kind::boolean: return print_boolean(out_, directive, value.as_boolean());
    case Kind::integer:
    case Kind::host_int:
      return print_integer(out_, directive, {static_cast<std::uint64_t>(value.as_integer()), true});
    case Kind::unsigned_integer:
      return print_integer(out_, directive, {value.as_unsigned(), false});
    case Kind::floating: return print_real(out_, directive, value.as_float());
    case Kind::text: return print_text(out_, directive, value.as_text());
    case Kind::duration:
      if (!in_misfit_ && takes_text_verb(directive)) {
        return print_text(out_, directive, format_duration(value.as_duration()));
      }
      return print_integer(out_, directive,
                           {static_cast<std::uint64_t>(value.as_duration().count()), true});
    default:
      if (!takes_text_verb(directive) && !in_misfit_ && !directive.go_syntax) return false;
      print_text_of(directive, value);
      return true;
  }
}

// Instants, Urls, Readers and the opaque ones, as their operator text.
void ValuePrinter::print_text_of(const Directive& directive, const Value& value) {
  Directive as_text = directive;
  as_text.go_syntax = false;
  const Outcome content = operator_text(value);
  const Value* const text = std::get_if<Value>(&content);
  print_text(out_, as_text, text != nullptr ? text->as_text() : go_type(value));
}

void ValuePrinter::print_bytes(const Directive& directive, const Value& value) {
  const std::string_view bytes = value.as_bytes();
  const bool as_text =
      directive.verb < 0x80 &&
      std::string_view("sxXq").find(static_cast<char>(directive.verb)) != std::string_view::npos;
  if (as_text) {
    if (pay(largest_print(directive, bytes.size()))) print_text(out_, directive, bytes);
    return;
  }
  const bool go_syntax = directive.go_syntax;
  out_.append(go_syntax ? "[]byte{" : "[");
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (!pay(largest_print(directive, 0))) return;  // a width may stand for each
    if (i > 0) out_.append(go_syntax ? ", " : " ");
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (!print_integer(out_, directive, {byte, false})) {
      print_misfit(directive, "uint8", Value::unsigned_integer(byte));
    }
  }
  out_.push_back(go_syntax ? '}' : ']');
}

void ValuePrinter::print_items(const Directive& directive, const Value& list) {
  const bool go_syntax = directive.go_syntax;
  if (go_syntax) out_.append(go_type(list));
  out_.push_back(go_syntax ? '{' : '[');
  bool first = true;
  for (const Value& item : list.items()) {
    if (!pay(1)) return;
    if (!first) out_.append(go_syntax ? ", " : " ");
    first = false;
    print_part(directive, item);
  }
  out_.push_back(go_syntax ? '}' : ']');
}

void ValuePrinter::print_entries(const Directive& directive, const Value& container) {
  const bool go_syntax = directive.go_syntax;
  out_.append(go_syntax ? go_type(container) : "map").push_back(go_syntax ? '{' : '[');
  bool first = true;
  for (const Dict::Entry& entry : container.dict()) {
    if (!pay(1)) return;
    if (!first) out_.append(go_syntax ? ", " : " ");
    first = false;
    print_part(directive, entry.name);
    out_.push_back(':');
    print_part(directive, entry.value);
  }
  out_.push_back(go_syntax ? '}' : ']');
}

// "%!d(string=hi)": the value all the same, as %v with the flags that were given.
void ValuePrinter::print_misfit(const Directive& directive, std::string_view type,
                                const Value& value) {
  out_.append("%!");
  append_code_point(out_, directive.verb);
  out_.append("(").append(type).append("=");
  Directive plain = directive;
  plain.verb = 'v';
  const bool outer = std::exchange(in_misfit_, true);
  print_part(plain, value);
  in_misfit_ = outer;
  out_.push_back(')');
}

void ValuePrinter::print_unused(Arguments values) {
  out_.append("%!(EXTRA ");
  Directive plain;
  plain.verb = 'v';
  for (std::size_t i = 0; i < values.size() && !is_dry_; ++i) {
    if (i > 0) out_.append(", ");
    out_.append(go_type(values[i]));
    if (values[i].is_null()) continue;
    out_.push_back('=');
    print_part(plain, values[i]);
  }
  out_.push_back(')');
}

}  // namespace millrace
