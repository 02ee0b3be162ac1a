// Doubles as text by the verbs e E f g G x X b, as Go's strconv writes them.
#pragma once

#include <string>

namespace millrace {

inline constexpr int kShortest = -1;  // as many digits as tell the double from its neighbours

// Signed when negative ("-1.5"), otherwise not; "NaN", "+Inf", "-Inf". `precision` of e and f is
// the digits after the point, of g significant digits, of x hexadecimal digits after the point; b
// ignores it.
std::string real_text(double value, char verb, int precision);

}  // namespace millrace
