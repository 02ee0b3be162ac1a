#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "expression/functions/arguments.h"
#include "expression/functions/arithmetic.h"
#include "expression/functions/declare.h"
#include "expression/functions/families.h"
#include "expression/functions/unicode.h"
#include "value/cast.h"
#include "value/convert.h"
#include "value/number_text.h"

namespace millrace {
namespace {

bool is_numeric(const Value& value) {
  switch (value.kind()) {
    case Kind::integer:
    case Kind::unsigned_integer:
    case Kind::floating:
    case Kind::host_int: return true;
    default: return false;
  }
}

// What casts to Float; nothing for null, blank texts and what does not.
std::optional<double> as_float(const Value& value) {
  if (is_numeric(value)) return to_number(value);
  if (value.is_boolean()) return value.as_boolean() ? 1 : 0;
  if (value.is_text()) return parse_float_text(value.as_text());
  return std::nullopt;
}

// IEEE 754-2019's minimum, where -0 is less than 0 and NaN wins; but nothing passes an infinity.
double smaller(double a, double b) {
  constexpr double kLeast = -std::numeric_limits<double>::infinity();
  if (a == kLeast || b == kLeast) return kLeast;
  if (std::isnan(a) || std::isnan(b)) return std::numeric_limits<double>::quiet_NaN();
  if (a == 0 && b == 0) return std::signbit(a) ? a : b;
  return std::min(a, b);
}

double larger(double a, double b) { return -smaller(-a, -b); }

template <double (*kChoose)(double, double)>
Outcome extreme(EvaluationContext&, Arguments arguments) {
  std::optional<double> chosen;
  for (const Value& argument : arguments) {
    if (!is_numeric(argument)) continue;
    const double number = *to_number(argument);
    chosen = chosen ? kChoose(*chosen, number) : number;
  }
  return Value::floating(chosen.value_or(0));
}

struct Total {
  double sum = 0;
  double count = 0;
};

Total total(Arguments arguments) {
  Total total;
  for (const Value& argument : arguments) {
    const bool blank = argument.is_text() && trim_spaces(argument.as_text()).empty();
    const std::optional<double> number = blank ? 0.0 : as_float(argument);
    if (!number) continue;
    total.sum += *number;
    ++total.count;
  }
  return total;
}

Outcome sum(EvaluationContext&, Arguments arguments) {
  return Value::floating(total(arguments).sum);
}

Outcome average(EvaluationContext&, Arguments arguments) {
  const Total all = total(arguments);
  return Value::floating(all.sum / all.count);
}

template <double (*kCompute)(double)>
Outcome compute(EvaluationContext&, Arguments arguments) {
  return Value::floating(kCompute(arguments[0].as_float()));
}

Outcome round(EvaluationContext&, Arguments arguments) {
  const double scale = power(10, arguments[1].as_float());
  return Value::floating(std::round(arguments[0].as_float() * scale) / scale);
}

Outcome pow(EvaluationContext&, Arguments arguments) {
  return Value::floating(power(arguments[0].as_float(), arguments[1].as_float()));
}

Outcome to_int(EvaluationContext&, Arguments arguments) {
  if (arguments[0].is_reader()) return Value::integer(0);
  Outcome outcome = cast(std::move(arguments[0]), Type::Integer);
  auto* const number = std::get_if<Value>(&outcome);
  return number != nullptr ? std::move(*number).operand() : Value::integer(0);
}

Outcome to_float(EvaluationContext&, Arguments arguments) {
  if (arguments[0].is_null()) return Value::floating(0);
  if (const std::optional<double> number = as_float(arguments[0])) return Value::floating(*number);
  return wrong_argument("value", "a number, Boolean or text that is a number", arguments[0]);
}

Outcome random(EvaluationContext& context, Arguments arguments) {
  for (const Value& argument : arguments) {
    if (argument.as_float() < 0) return wrong_argument("a limit", "0 or more", argument);
  }
  const double from = arguments.size() == 2 ? arguments[0].as_float() : 0;
  const double to = arguments.back().as_float();
  return Value::floating(from + context.random.unit() * (to - from));
}

constexpr std::string_view kFamily = "numbers";
constexpr Parameter kNumber[] = {{"number", ParameterKind::number}};
constexpr Parameter kRounding[] = {{"number", ParameterKind::number},
                                   {"digits", ParameterKind::number}};
constexpr Parameter kPower[] = {{"base", ParameterKind::number},
                                {"exponent", ParameterKind::number}};
constexpr Parameter kLimits[] = {{"limit", ParameterKind::number},
                                 {"upper", ParameterKind::number}};
constexpr Parameter kValue[] = {{"value", ParameterKind::anything}};
constexpr Parameter kValues[] = {{"values", ParameterKind::anything}};

constexpr Function kFunctions[] = {
    declare(kFamily, "min", repeating(kValues), "Float", extreme<smaller>,
            {"The least of the numbers among the values; what is no number (texts, lists) does not "
             "count. 0 when there is none.",
             "min(3, 1, \"0\")", "1"}),
    declare(
        kFamily, "max", repeating(kValues), "Float", extreme<larger>,
        {"The greatest of the numbers among the values; what is no number (texts, lists) does not "
         "count. 0 when there is none.",
         "max(3, 1)", "3"}),
    declare(
        kFamily, "sum", repeating(kValues), "Float", sum,
        {"The sum of the values as numbers; texts count when they are numbers, Booleans as 0 and "
         "1, anything else is left out.",
         "sum(1, \"2.5\", true)", "4.5"}),
    declare(kFamily, "average", repeating(kValues), "Float", average,
            {"The mean of the values that sum() adds up; NaN when there is none.", "average(1, 2)",
             "1.5"}),
    declare(kFamily, "round", all_of(kRounding), "Float", round,
            {"The number rounded to so many digits after the point, halves away from zero; a "
             "negative number of digits rounds before the point.",
             "round(3.14159, 2)", "3.14"}),
    declare(kFamily, "floor", all_of(kNumber), "Float", compute<std::floor>,
            {"The greatest whole number that is not greater.", "floor(1.9)", "1"}),
    declare(kFamily, "ceil", all_of(kNumber), "Float", compute<std::ceil>,
            {"The least whole number that is not less.", "ceil(1.1)", "2"}),
    declare(kFamily, "abs", all_of(kNumber), "Float", compute<std::fabs>,
            {"The number without its sign.", "abs(-2)", "2"}),
    declare(kFamily, "sqrt", all_of(kNumber), "Float", compute<std::sqrt>,
            {"The square root; NaN of a negative number.", "sqrt(9)", "3"}),
    declare(kFamily, "log", all_of(kNumber), "Float", compute<decimal_logarithm>,
            {"The logarithm to base 10; NaN of a negative number.", "log(100)", "2"}),
    declare(kFamily, "pow", all_of(kPower), "Float", pow,
            {"The base raised to the exponent.", "pow(2, 10)", "1024"}),
    declare(kFamily, "int", all_of(kValue), "Integer", to_int,
            {"The value cast to Integer, and 0 where that fails: numbers are cut toward zero, "
             "texts are "
             "read like \"42\", \"0x1f\" or \"010\" (octal).",
             "int(3.9)", "3"}),
    declare(kFamily, "float", all_of(kValue), "Float", to_float,
            {"The value cast to Float: an Integer, a Boolean, a text that is a number; null is 0.",
             "float(\"1e3\")", "1000"}),
    declare(kFamily, "random", at_least(1, kLimits), "Float", random,
            {"A random number from 0 up to the limit, or between two limits; the upper one never "
             "comes out.",
             "random(10)", ""}),
};

}  // namespace

std::span<const Function> number_functions() { return kFunctions; }

}  // namespace millrace
