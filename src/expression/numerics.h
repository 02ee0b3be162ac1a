// The exponential function and the logarithm with the reference's roundings. The C library's are as
// good, but differ in the last digit, which shows once a number is printed or compared.
#pragma once

namespace millrace {

double exponential(double exponent);  // |exponent| < 700
double natural_logarithm(double number);

}  // namespace millrace
