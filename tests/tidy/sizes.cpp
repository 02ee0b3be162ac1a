#include <algorithm>
#include <array>

#include "tidy/rules.h"

namespace millrace::tidy {
namespace {

constexpr std::array<std::string_view, 6> kScopeWords = {"namespace", "class", "struct",
                                                         "union",     "enum",  "extern"};

// What stands before an opening brace, from the end of the declaration before it.
class Head {
 public:
  void clear() { *this = Head(); }
  void add(std::string_view token) {
    if (token == "template" && parentheses_ == 0) in_template_ = true;
    if (in_template_) {
      if (token == "<") ++angles_;
      if (token == ">" && --angles_ == 0) in_template_ = false;
    } else if (token == "(") {
      ++parentheses_;
      has_parameters_ = has_parameters_ || !is_scope_;
    } else if (token == ")") {
      --parentheses_;
    } else if (parentheses_ == 0) {
      is_scope_ = is_scope_ || (!has_parameters_ && is_scope_word(token));
      is_value_ = is_value_ || (token == "=" && last_ != "operator" && !has_parameters_);
    }
    last_ = token;
  }
  bool in_parentheses() const { return parentheses_ > 0; }
  // A namespace, a class: what is declared within is looked at.
  bool opens_scope() const { return is_scope_ && !is_value_; }
  bool opens_function() const { return has_parameters_ && !is_scope_ && !is_value_; }

 private:
  static bool is_scope_word(std::string_view token) {
    return std::find(kScopeWords.begin(), kScopeWords.end(), token) != kScopeWords.end();
  }
  int parentheses_ = 0;
  int angles_ = 0;
  bool in_template_ = false;
  bool has_parameters_ = false;
  bool is_scope_ = false;
  bool is_value_ = false;
  std::string_view last_;
};

// Index of the brace that closes the one at `open`.
std::size_t closing_brace(const std::vector<Token>& tokens, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < tokens.size(); ++i) {
    if (tokens[i].text == "{") ++depth;
    if (tokens[i].text == "}" && --depth == 0) return i;
  }
  return tokens.size() - 1;
}

}  // namespace

Findings check_file_size(const Source& source) {
  const std::size_t limit = source.is_header() ? kMaxHeaderLines : kMaxSourceLines;
  if (source.lines() <= limit) return {};
  return {source.finding(0, std::to_string(source.lines()) + " lines, more than " +
                                std::to_string(limit) + ": which two things is it?")};
}

// Functions are found by their braces: a brace after parameters, at the level of a namespace or a
// class, begins a body. Lambdas are part of the function that they stand in.
Findings check_function_sizes(const Source& source) {
  Findings findings;
  const std::vector<Token>& tokens = source.tokens();
  Head head;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const std::string_view token = tokens[i].text;
    if (token == "{" && head.opens_scope() && !head.in_parentheses()) {
      head.clear();
    } else if (token == "{") {
      const std::size_t close = closing_brace(tokens, i);
      const std::size_t lines =
          source.line_of(tokens[close].offset) - source.line_of(tokens[i].offset) + 1;
      if (head.opens_function() && !head.in_parentheses() && lines > kMaxFunctionLines) {
        findings.push_back(source.finding(
            tokens[i].offset, "a function of " + std::to_string(lines) + " lines, more than " +
                                  std::to_string(kMaxFunctionLines)));
      }
      i = close;
      // `: a_{x}, b_{y} {` and a default of a parameter: the declaration goes on behind the brace.
      const std::string_view next = i + 1 < tokens.size() ? tokens[i + 1].text : "";
      if (next != "," && next != "{" && next != ")" && !head.in_parentheses()) head.clear();
    } else if ((token == ";" && !head.in_parentheses()) || token == "}") {
      head.clear();
    } else {
      head.add(token);
    }
  }
  return findings;
}

}  // namespace millrace::tidy
