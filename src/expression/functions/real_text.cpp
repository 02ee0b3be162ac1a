#include "expression/functions/real_text.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string_view>

#include "value/number_text.h"

namespace millrace {
namespace {

constexpr int kMantissaBits = 52;
constexpr int kExponentBias = 1023;

struct Parts {
  std::uint64_t mantissa;  // with the leading one of normal numbers
  int exponent;            // value = mantissa * 2^(exponent - 52)
};

Parts parts_of(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  const auto mantissa = bits & ((std::uint64_t{1} << kMantissaBits) - 1);
  const int biased = static_cast<int>((bits >> kMantissaBits) & 0x7FFU);
  if (biased == 0) return {mantissa, 1 - kExponentBias};
  return {mantissa | (std::uint64_t{1} << kMantissaBits), biased - kExponentBias};
}

std::string with_to_chars(double value, std::chars_format format, int precision) {
  constexpr std::size_t kLongest = 400;  // 309 digits before the point, sign, point, exponent
  const auto write = [&](char* begin, char* end) {
    return precision == kShortest ? std::to_chars(begin, end, value, format).ptr
                                  : std::to_chars(begin, end, value, format, precision).ptr;
  };
  char small[kLongest + 100];
  if (precision < 100) return {small, write(small, small + sizeof small)};
  std::string large(kLongest + static_cast<std::size_t>(precision), '\0');
  large.resize(
      static_cast<std::size_t>(write(large.data(), large.data() + large.size()) - large.data()));
  return large;
}

std::string hexadecimal(double value, bool upper, int precision) {
  constexpr int kTop = 60;  // the bit that the leading one is moved to
  constexpr std::uint64_t kFraction = (std::uint64_t{1} << kTop) - 1;
  auto [mantissa, exponent] = parts_of(value);
  if (mantissa == 0) exponent = 0;
  mantissa <<= kTop - kMantissaBits;
  for (; mantissa != 0 && (mantissa >> kTop) == 0; --exponent) mantissa <<= 1;
  if (precision >= 0 && precision < 15) {  // round half to even
    const int shift = precision * 4;
    const std::uint64_t lost = (mantissa << shift) & kFraction;
    mantissa >>= kTop - shift;
    if ((lost | (mantissa & 1U)) > (std::uint64_t{1} << (kTop - 1))) ++mantissa;
    mantissa <<= kTop - shift;
    if ((mantissa >> (kTop + 1)) != 0) mantissa >>= 1, ++exponent;
  }
  const std::string_view digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
  std::string out = std::signbit(value) ? "-0" : "0";
  out.push_back(upper ? 'X' : 'x');
  out.push_back(digits[(mantissa >> kTop) & 1U]);
  mantissa <<= 4;  // the leading digit is out
  if (precision > 0 || (precision < 0 && mantissa != 0)) out.push_back('.');
  for (int left = precision; precision < 0 ? mantissa != 0 : left > 0; --left) {
    out.push_back(digits[(mantissa >> kTop) & 0xFU]);
    mantissa <<= 4;
  }
  out.push_back(upper ? 'P' : 'p');
  out.push_back(exponent < 0 ? '-' : '+');
  exponent = std::abs(exponent);
  if (exponent < 10) out.push_back('0');
  return out.append(std::to_string(exponent));
}

std::string binary(double value) {
  const auto [mantissa, exponent] = parts_of(value);
  std::string out = std::signbit(value) ? "-" : "";
  out.append(std::to_string(mantissa)).push_back('p');
  const int shown = exponent - kMantissaBits;
  if (shown >= 0) out.push_back('+');
  return out.append(std::to_string(shown));
}

}  // namespace

std::string real_text(double value, char verb, int precision) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Inf" : "+Inf";
  std::string out;
  switch (verb) {
    case 'b': return binary(value);
    case 'x': return hexadecimal(value, false, precision);
    case 'X': return hexadecimal(value, true, precision);
    case 'f': return with_to_chars(value, std::chars_format::fixed, precision);
    case 'e':
    case 'E': out = with_to_chars(value, std::chars_format::scientific, precision); break;
    default:
      out = precision == kShortest
                ? float_text(value)
                : with_to_chars(value, std::chars_format::general, std::max(precision, 1));
  }
  if (verb == 'E' || verb == 'G') std::replace(out.begin(), out.end(), 'e', 'E');
  return out;
}

}  // namespace millrace
