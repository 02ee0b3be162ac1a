#include "workflow/datum_value.h"

#include <charconv>
#include <limits>
#include <string>

#include "value/json.h"

namespace millrace {
namespace {

enum class Numbers : std::uint8_t { floats, exact };

double to_double(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const bool negative = text.starts_with('-');
  const std::string_view magnitude = negative ? text.substr(1) : text;
  double number = 0;
  if (magnitude.size() == 4 && (magnitude[1] == 'i' || magnitude[1] == 'I')) {
    number = std::numeric_limits<double>::infinity();
  } else if (magnitude.size() == 4 && (magnitude[1] == 'n' || magnitude[1] == 'N')) {
    number = std::numeric_limits<double>::quiet_NaN();
  } else {
    const auto read =
        std::from_chars(magnitude.data(), magnitude.data() + magnitude.size(), number);
    if (read.ec == std::errc::result_out_of_range) {
      // from_chars leaves the number alone: tell too large from too small by the exponent's sign.
      const bool tiny = magnitude.find("e-") != std::string_view::npos ||
                        magnitude.find("E-") != std::string_view::npos ||
                        magnitude.starts_with("0.");
      number = tiny ? 0 : std::numeric_limits<double>::infinity();
    }
  }
  return negative ? -number : number;
}

template <class Integer>
bool read_whole(std::string_view text, Integer& number) {
  if (text.starts_with('+')) text.remove_prefix(1);
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0o")) {
    base = text[1] == 'x' ? 16 : 8;
    text.remove_prefix(2);
  }
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number, base);
  return read.ec == std::errc{} && read.ptr == text.data() + text.size();
}

Value whole_number(std::string_view text, Numbers numbers) {
  std::int64_t number = 0;
  if (read_whole(text, number)) {
    return numbers == Numbers::exact ? Value::integer(number)
                                     : Value::floating(static_cast<double>(number));
  }
  std::uint64_t large = 0;
  if (read_whole(text, large)) {
    return numbers == Numbers::exact ? Value::unsigned_integer(large)
                                     : Value::floating(static_cast<double>(large));
  }
  return Value::floating(to_double(text));
}

// Data is at most as deep as it may be read: the recursion is bounded.
Value to_value(const Datum& datum, Numbers numbers) {
  switch (datum.kind()) {
    case Datum::Kind::null: return Value::null();
    case Datum::Kind::boolean: return Value::boolean(datum.as_boolean());
    case Datum::Kind::integer: return whole_number(datum.text(), numbers);
    case Datum::Kind::number: return Value::floating(to_double(datum.text()));
    case Datum::Kind::text: return Value::text(datum.text());
    case Datum::Kind::list: {
      Value::Items items;
      items.reserve(datum.items().size());
      for (const Datum& item : datum.items()) items.push_back(to_value(item, numbers));
      return Value::list(std::move(items));
    }
    case Datum::Kind::map: {
      Dict entries;
      for (const Member& member : datum.members()) {
        entries.set(member.key, to_value(member.value, numbers));
      }
      return Value::map(std::move(entries));
    }
  }
  return Value::null();
}

}  // namespace

Result<Value> argument_value(const Datum& datum, Type type) {
  if (datum.find("@type") != nullptr) return from_typed(to_value(datum, Numbers::exact));
  const bool exact = datum.kind() == Datum::Kind::integer && type != Type::Any;
  return to_value(datum, exact ? Numbers::exact : Numbers::floats);
}

Result<Dict> variables_of(const Datum& datum) {
  return from_input(to_value(datum, Numbers::exact));
}

}  // namespace millrace
