// Numbers as text, both ways, as the reference (Go) writes and reads them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace millrace {

// Operator text: the shortest digits that read back the same, with an exponent of two digits or
// more when the decimal exponent is below -4 or at least `exponent_from`: "100000" and "1e+06".
// "+Inf", "-Inf", "NaN".
std::string float_text(double number, int exponent_from = 6);

// Cast text: plain decimal, never an exponent. "+Inf", "-Inf", "NaN".
std::string float_plain_text(double number);

// As encoding/json writes it: exponent form below 1e-6 and from 1e21 ("1e+21", "1e-7"). The number
// is finite.
std::string float_json_text(double number);

// Each appends; for building longer texts without a temporary.
void append_float_text(std::string& out, double number, int exponent_from = 6);
void append_float_json_text(std::string& out, double number);
void append_integer(std::string& out, std::int64_t number);
void append_unsigned(std::string& out, std::uint64_t number);

// A text that is entirely a float literal of Go: decimal or hexadecimal with `p`, `_` between
// digits only where a base prefix stands, a sign, "inf", "infinity", "nan" in any case. No blanks;
// nothing where it is none or overflows.
std::optional<double> parse_float_text(std::string_view text);

// A text that is entirely an integer of Go with base detection: sign, 0x 0o 0b, a leading 0 for
// octal, `_` after a prefix and between digits. Nothing where it is none or does not fit.
std::optional<std::int64_t> parse_integer_text(std::string_view text);
// The same without a sign.
std::optional<std::uint64_t> parse_unsigned_text(std::string_view text);

}  // namespace millrace
