#include "expression/functions/arithmetic.h"

#include <cmath>
#include <cstdint>
#include <limits>

#include "expression/numerics.h"

namespace millrace {
namespace {

constexpr double kLargestWhole = 0x1p63;

// base^exponent as fraction * 2^scale: squares and multiplies fractions, and keeps powers of two
// apart so that nothing overflows on the way.
struct Scaled {
  double fraction;
  int scale;
};

Scaled whole_power(Scaled result, double base, std::uint64_t exponent) {
  constexpr int kBeyondDoubles = 1 << 12;
  int scale = 0;
  double fraction = std::frexp(base, &scale);
  for (; exponent != 0; exponent >>= 1) {
    if (std::abs(scale) > kBeyondDoubles) {
      result.scale += scale;
      break;
    }
    if ((exponent & 1U) != 0) {
      result.fraction *= fraction;
      result.scale += scale;
    }
    fraction *= fraction;
    scale *= 2;
    if (fraction < 0.5) {
      fraction *= 2;
      --scale;
    }
  }
  return result;
}

}  // namespace

double power(double base, double exponent) {
  double whole = 0;
  double rest = std::modf(std::fabs(exponent), &whole);
  const bool special = !std::isfinite(base) || !std::isfinite(exponent) || base == 0 || base == 1 ||
                       exponent == 0 || whole >= kLargestWhole;
  if (special) return std::pow(base, exponent);  // IEEE 754 says what comes out
  if (exponent == 0.5) return std::sqrt(base);
  if (exponent == -0.5) return 1 / std::sqrt(base);
  if (rest != 0 && base < 0) return std::numeric_limits<double>::quiet_NaN();
  Scaled result{1, 0};
  if (rest != 0) {
    if (rest > 0.5) rest -= 1, whole += 1;
    result.fraction = exponential(rest * natural_logarithm(base));
  }
  result = whole_power(result, base, static_cast<std::uint64_t>(whole));
  return exponent < 0 ? std::ldexp(1 / result.fraction, -result.scale)
                      : std::ldexp(result.fraction, result.scale);
}

double decimal_logarithm(double number) {
  constexpr double kOneByLn10 = 0.43429448190325182765;
  return natural_logarithm(number) * kOneByLn10;
}

}  // namespace millrace
