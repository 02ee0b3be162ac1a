#include "function/json/json_template.h"

#include "expression/functions/arguments.h"
#include "expression/functions/unicode.h"
#include "expression/functions/value_printer.h"
#include "value/path.h"

namespace millrace {
namespace {

// A text as the content of a JSON text. Carriage returns are dropped, as by the reference.
void append_escaped(std::string& out, std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = decode_code_point(text, at);
    at += point.bytes;
    switch (point.value) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\t': out += "\\t"; break;
      case '\r': break;
      default:
        if (point.value >= 0x20) {
          append_code_point(out, point.value);
        } else {
          out.append("\\u00");
          out += kDigits[point.value >> 4U];
          out += kDigits[point.value & 0xFU];
        }
    }
  }
}

// nullptr where there is none.
const Value* find_path(const Dict& vars, std::string_view path) {
  std::size_t dot = path.find('.');
  const Value* found = vars.find(path.substr(0, dot));
  while (found != nullptr && dot != std::string_view::npos) {
    path.remove_prefix(dot + 1);
    dot = path.find('.');
    found = find_in(*found, path.substr(0, dot));
  }
  return found == nullptr || found->is_null() || found->is_absent() ? nullptr : found;
}

// Without the types that a container adds to its notation.
Value shown(const Value& value) {
  if (value.has_dict()) return Value::map(value.dict());
  if (value.kind() != Value::Kind::array) return value.operand();
  return Value::list(Value::Items(value.items().begin(), value.items().end()));
}

class Filling {
 public:
  Filling(Fuel& fuel, const Dict& vars) : fuel_(fuel), vars_(vars) {}

  Result<std::string> fill(std::string_view text) {
    if (!pay_for_text(fuel_, text.size())) return fuel_.exhausted();
    std::size_t at = 0;
    while (true) {
      const std::size_t open = text.find("${", at);
      const std::size_t close =
          open == std::string_view::npos ? open : text.find('}', open + kOpen);
      if (close == std::string_view::npos) break;
      out_.append(text.substr(at, open - at));
      at = close + 1;
      if (!put(text.substr(open + kOpen, close - open - kOpen))) return fuel_.exhausted();
    }
    out_.append(text.substr(at));
    return std::move(out_);
  }

 private:
  static constexpr std::size_t kOpen = 2;  // "${"

  // False where there is no fuel for it.
  bool put(std::string_view placeholder) {
    const std::size_t dot = placeholder.find('.');
    const Value* value =
        find_path(vars_, dot == std::string_view::npos ? placeholder : placeholder.substr(dot + 1));
    if (!fuel_.spend(1 + placeholder.size())) return false;
    if (value == nullptr) {
      out_.append("${").append(placeholder).append("}");
      return true;
    }
    std::string printed;
    ValuePrinter printer(fuel_, printed);
    Directive directive;
    directive.verb = 'v';
    printer.print(directive, shown(*value));
    constexpr std::uint64_t kGrowth = 6;  // a control character becomes six
    if (printer.is_dry() || !pay_for_text(fuel_, kGrowth * printed.size())) return false;
    append_escaped(out_, printed);
    return true;
  }

  Fuel& fuel_;
  const Dict& vars_;
  std::string out_;
};

}  // namespace

Result<std::string> fill_template(Fuel& fuel, std::string_view text, const Dict& vars) {
  return Filling(fuel, vars).fill(text);
}

}  // namespace millrace
