#include "expression/numerics.h"

#include <array>
#include <cmath>

namespace millrace {
namespace {

constexpr double kLog2E = 1.4426950408889634073599246810018920;
constexpr double kLn2High = 0.69314718055966295651160180568695068359375;
constexpr double kLn2Low = 0.28235290563031577122588448175013436025525412068e-12;

}  // namespace

// The argument is reduced to a sixteenth of [-ln 2 / 2, ln 2 / 2], a Taylor series
// gives e^r - 1, and four doublings undo the sixteenth; the last one is rounded together with the
// final + 1.
double exponential(double exponent) {
  static constexpr std::array kTaylor = {
      2.4801587301587301587e-5,
      1.9841269841269841270e-4,
      1.3888888888888888889e-3,
      8.3333333333333333333e-3,
      4.1666666666666666667e-2,
      1.6666666666666666667e-1,
      0.5,
      1.0,
  };
  const double whole = std::nearbyint(kLog2E * exponent);
  double x = std::fma(-whole, kLn2High, exponent);
  x = std::fma(-whole, kLn2Low, x);
  x *= 0.0625;
  double sum = kTaylor[0];
  for (std::size_t i = 1; i < kTaylor.size(); ++i) sum = std::fma(sum, x, kTaylor[i]);
  x *= sum;
  for (int doubling = 0; doubling < 3; ++doubling) x *= x + 2.0;
  return std::ldexp(std::fma(x, x + 2.0, 1.0), static_cast<int>(whole));
}

// x = 2^k (1 + f) with f near 0; log(1 + f) by a polynomial in f / (2 + f).
double natural_logarithm(double number) {
  if (!(number > 0) || std::isinf(number)) return std::log(number);
  constexpr double kLn2Upper = 6.93147180369123816490e-01;
  constexpr double kLn2Lower = 1.90821492927058770002e-10;
  constexpr double kHalfSqrt2 = 0.70710678118654752440;
  int exponent = 0;
  double f = std::frexp(number, &exponent);
  if (f < kHalfSqrt2) {
    f *= 2;
    --exponent;
  }
  f -= 1;
  const double k = exponent;
  const double s = f / (2 + f);
  const double s2 = s * s;
  const double s4 = s2 * s2;
  const double odd = s2 * (6.666666666666735130e-01 +
                           s4 * (2.857142874366239149e-01 +
                                 s4 * (1.818357216161805012e-01 + s4 * 1.479819860510658591e-01)));
  const double even = s4 * (3.999999999940941908e-01 +
                            s4 * (2.222219843214978396e-01 + s4 * 1.531383769920937332e-01));
  const double square = 0.5 * f * f;
  return k * kLn2Upper - ((square - (s * (square + (odd + even)) + k * kLn2Lower)) - f);
}

}  // namespace millrace
