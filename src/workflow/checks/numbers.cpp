// Numbers of a definition that do not fit the type they are given: the cast makes others of them,
// as the reference's does.
#include <fmt/format.h>

#include "workflow/checks/checks.h"
#include "workflow/datum_value.h"

namespace millrace::checks {
namespace {

// Whether the number, as the definition's values are read, is within 64 bits of the type.
bool fits(const Datum& datum, Type type) {
  constexpr double kSigned = 9223372036854775808.0;     // 2^63
  constexpr double kUnsigned = 18446744073709551616.0;  // 2^64
  const auto value = argument_value(datum, type);
  if (!value) return true;
  const bool is_signed = type == Type::Integer || type == Type::Duration;
  if (value->kind() == Value::Kind::unsigned_integer) return !is_signed;
  if (!value->is_float()) return true;
  const double number = value->as_float();
  return is_signed ? number >= -kSigned && number < kSigned : number < kUnsigned;
}

bool is_whole(Type type) {
  return type == Type::Integer || type == Type::UnsignedInteger || type == Type::ID ||
         type == Type::Duration;
}

// Texts lose the digits of a whole number that does not fit.
bool shows_digits(Type type) { return type == Type::String || type == Type::Handle; }

}  // namespace

void check_numbers(Check& check, const Culprit& culprit, const Datum& datum, Type type,
                   std::string_view label) {
  if (const Datum* name = datum.find("@type")) {
    const Datum* value = datum.find("@value");
    if (value == nullptr) return;
    const auto typed = type_from_name(name->text());
    return check_numbers(check, culprit, *value, typed.value_or(Type::Any), label);
  }
  for (const Datum& item : datum.items()) check_numbers(check, culprit, item, Type::Any, label);
  for (const Member& member : datum.members()) {
    check_numbers(check, culprit, member.value, Type::Any, label);
  }
  const bool is_number = datum.kind() == Datum::Kind::number;
  const bool is_integer = datum.kind() == Datum::Kind::integer;
  const bool matters =
      (is_whole(type) && (is_number || is_integer)) || (shows_digits(type) && is_integer);
  if (!matters || fits(datum, type)) return;
  check.warn(
      culprit, datum.at(),
      fmt::format("the value of {}: {} does not fit 64 bits; as {} it becomes another number",
                  label, datum.text(), type_name(type)));
}

}  // namespace millrace::checks
