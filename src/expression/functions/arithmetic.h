// Powers and logarithms as the reference computes them: to the last bit for whole exponents, so
// that what people compare with `==` compares alike.
#pragma once

namespace millrace {

double power(double base, double exponent);
double decimal_logarithm(double number);

}  // namespace millrace
