// Cuts an expression into tokens, one at a time. Blanks and comments fall between them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "expression/operator.h"
#include "expression/place.h"

namespace millrace {

enum class TokenKind : std::uint8_t {
  end,
  number,
  text,
  identifier,  // `true`, `false` and `in` too: what they are depends on the place
  operation,   // op() says which; `-`, `!` and `~` as subtract, logical_not, complement
  question,
  colon,
  comma,
  dot,
  open_paren,
  close_paren,
  open_bracket,
  close_bracket,
  open_brace,
  close_brace,
  invalid,  // complaint() says why
};

struct Token {
  TokenKind kind = TokenKind::end;
  Operator op = Operator::add;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;  // bytes of the source, exclusive

  Place place() const { return {begin, end, begin}; }
};

class Lexer {
 public:
  // `source` outlives the lexer and is shorter than 4 GiB. A byte order mark at its beginning is
  // skipped.
  explicit Lexer(std::string_view source) : source_(source) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (source.starts_with(kByteOrderMark)) position_ = kByteOrderMark.size();
    advance();
  }

  const Token& current() const { return token_; }
  std::string_view spelling() const {  // of the current token
    return source_.substr(token_.begin, token_.end - token_.begin);
  }
  const std::string& complaint() const { return complaint_; }
  void advance();
  // Cuts the current operation down to its first character, the rest to be read again: where a
  // prefix stands, "!~" is two of them.
  void narrow();

 private:
  bool skip_blanks();  // false at a comment without end
  void take(TokenKind kind, std::size_t length);
  void take_operation(Operator op, std::size_t length);
  void take_number();
  void take_text(char quote);
  bool take_identifier();
  void take_symbol();
  void refuse(std::size_t length, std::string complaint);
  char at(std::size_t offset) const {
    return position_ + offset < source_.size() ? source_[position_ + offset] : '\0';
  }

  std::string_view source_;
  std::size_t position_ = 0;
  Token token_;
  std::string complaint_;
};

}  // namespace millrace
