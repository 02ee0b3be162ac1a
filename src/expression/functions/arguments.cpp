#include "expression/functions/arguments.h"

#include <limits>
#include <string>

#include "value/convert.h"

namespace millrace {

Error wrong_argument(std::string_view parameter, std::string_view expected, const Value& given) {
  std::string message(parameter);
  message.append(" must be ").append(expected).append(", not ").append(describe(given));
  return {ErrorKind::invalid, std::move(message)};
}

Error invalid(std::string message) { return {ErrorKind::invalid, std::move(message)}; }

std::int64_t truncated(double number) {
  constexpr double kLimit = 0x1p63;
  if (!(number >= -kLimit && number < kLimit)) return std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(number);
}

Value typed(Value value) {
  if (value.type() != Type::Any || value.is_typed_container()) return value;
  return typify(std::move(value));
}

}  // namespace millrace
