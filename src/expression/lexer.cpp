#include "expression/lexer.h"

#include <re2/re2.h>

#include <algorithm>

namespace millrace {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

// Bytes of the code point that begins `text`; broken UTF-8 counts one byte at a time.
std::size_t code_point_size(std::string_view text) {
  std::size_t size = 1;
  while (size < text.size() && size < 4 &&
         (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) {
    ++size;
  }
  return size;
}

// Letters and digits beyond ASCII are those of RE2's Unicode tables.
std::size_t unicode_identifier_size(std::string_view text) {
  static const re2::RE2 pattern(R"([\pL_][\pL\p{Nd}_]*)");
  re2::StringPiece input(text.data(), text.size());
  re2::StringPiece found;
  if (!pattern.Match(input, 0, input.size(), re2::RE2::ANCHOR_START, &found, 1)) return 0;
  return found.size();
}

}  // namespace

void Lexer::take(TokenKind kind, std::size_t length) {
  token_.kind = kind;
  token_.begin = static_cast<std::uint32_t>(position_);
  position_ += length;
  token_.end = static_cast<std::uint32_t>(position_);
}

void Lexer::take_operation(Operator op, std::size_t length) {
  token_.op = op;
  take(TokenKind::operation, length);
}

void Lexer::refuse(std::size_t length, std::string complaint) {
  complaint_ = std::move(complaint);
  take(TokenKind::invalid, length);
}

bool Lexer::skip_blanks() {
  while (position_ < source_.size()) {
    const char c = source_[position_];
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      ++position_;
    } else if (c == '/' && at(1) == '/') {
      position_ = std::min(source_.find('\n', position_), source_.size());
    } else if (c == '/' && at(1) == '*') {
      const std::size_t close = source_.find("*/", position_ + 2);
      if (close == std::string_view::npos) return false;
      position_ = close + 2;
    } else {
      break;
    }
  }
  return true;
}

void Lexer::advance() {
  if (!skip_blanks()) return refuse(2, "this comment is not closed: expected \"*/\"");
  if (position_ >= source_.size()) return take(TokenKind::end, 0);
  const char c = source_[position_];
  if (is_digit(c) || (c == '.' && is_digit(at(1)))) return take_number();
  if (c == '"' || c == '`' || c == '\'') return take_text(c);
  if ((is_letter(c) || !is_ascii(c)) && take_identifier()) return;
  take_symbol();
}

void Lexer::narrow() {
  token_.end = token_.begin + 1;
  position_ = token_.end;
}

// Takes what looks like one number; whether it is one is for decode_number to say.
void Lexer::take_number() {
  std::size_t length = 0;
  const bool hex = at(0) == '0' && (at(1) == 'x' || at(1) == 'X');
  const bool radix =
      hex || (at(0) == '0' && (at(1) == 'b' || at(1) == 'B' || at(1) == 'o' || at(1) == 'O'));
  if (radix) length = 2;
  const auto take_digits = [&] {
    while (at(length) == '_' || (hex ? is_hex_digit(at(length)) : is_digit(at(length)))) ++length;
  };
  take_digits();
  if (at(length) == '.') {
    ++length;
    take_digits();
  }
  const char exponent = at(length);
  if (exponent == 'e' || exponent == 'E' || exponent == 'p' || exponent == 'P') {
    ++length;
    if (at(length) == '+' || at(length) == '-') ++length;
    while (at(length) == '_' || is_digit(at(length))) ++length;
  }
  take(TokenKind::number, length);
}

// Takes up to the closing quote; what stands between is for decode_text to judge.
void Lexer::take_text(char quote) {
  std::size_t length = 1;
  while (position_ + length < source_.size()) {
    const char c = at(length);
    if (c == quote) return take(TokenKind::text, length + 1);
    if (c == '\n' && quote != '`') break;
    length += c == '\\' && quote != '`' && position_ + length + 1 < source_.size() ? 2 : 1;
  }
  refuse(length, std::string("this text is not closed: expected ") + quote +
                     (quote == '`' ? "" : " before the end of the line"));
}

bool Lexer::take_identifier() {
  std::size_t length = 0;
  while (is_letter(at(length)) || (length > 0 && is_digit(at(length)))) ++length;
  if (!is_ascii(at(length))) length = unicode_identifier_size(source_.substr(position_));
  if (length == 0) return false;
  take(TokenKind::identifier, length);
  return true;
}

void Lexer::take_symbol() {
  const char c = at(0);
  const char next = at(1);
  switch (c) {
    case '(': return take(TokenKind::open_paren, 1);
    case ')': return take(TokenKind::close_paren, 1);
    case '[': return take(TokenKind::open_bracket, 1);
    case ']': return take(TokenKind::close_bracket, 1);
    case '{': return take(TokenKind::open_brace, 1);
    case '}': return take(TokenKind::close_brace, 1);
    case ',': return take(TokenKind::comma, 1);
    case ':': return take(TokenKind::colon, 1);
    case '.': return take(TokenKind::dot, 1);
    case '?':
      if (next == '?') return take_operation(Operator::coalesce, 2);
      return take(TokenKind::question, 1);
    case '|':
      if (next == '|') return take_operation(Operator::logical_or, 2);
      return take_operation(Operator::bit_or, 1);
    case '&':
      if (next == '&') return take_operation(Operator::logical_and, 2);
      return take_operation(Operator::bit_and, 1);
    case '=':
      if (next == '=') return take_operation(Operator::equal, 2);
      if (next == '~') return take_operation(Operator::match, 2);
      return refuse(1, "unexpected \"=\": to compare, write \"==\"");
    case '!':
      if (next == '=') return take_operation(Operator::not_equal, 2);
      if (next == '~') return take_operation(Operator::not_match, 2);
      return take_operation(Operator::logical_not, 1);
    case '<':
      if (next == '=') return take_operation(Operator::less_equal, 2);
      if (next == '<') return take_operation(Operator::shift_left, 2);
      return take_operation(Operator::less, 1);
    case '>':
      if (next == '=') return take_operation(Operator::greater_equal, 2);
      if (next == '>') return take_operation(Operator::shift_right, 2);
      return take_operation(Operator::greater, 1);
    case '*':
      if (next == '*') return take_operation(Operator::power, 2);
      return take_operation(Operator::multiply, 1);
    case '+': return take_operation(Operator::add, 1);
    case '-': return take_operation(Operator::subtract, 1);
    case '/': return take_operation(Operator::divide, 1);
    case '%': return take_operation(Operator::remainder, 1);
    case '^': return take_operation(Operator::bit_xor, 1);
    case '~': return take_operation(Operator::complement, 1);
    default: break;
  }
  const std::size_t size = code_point_size(source_.substr(position_));
  refuse(size, "unexpected character \"" + std::string(source_.substr(position_, size)) + "\"");
}

}  // namespace millrace
