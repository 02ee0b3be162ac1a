#include "expression/parser.h"

#include <array>
#include <optional>
#include <string>
#include <utility>

#include "expression/function.h"
#include "expression/lexer.h"
#include "expression/literal.h"
#include "expression/operation.h"
#include "expression/regex.h"
#include "value/convert.h"

namespace millrace {
namespace {

// What may help whoever wrote something else than was expected; or nothing.
std::string_view advice_on(std::string_view expected) {
  if (expected == "a value") {
    return "; a value is a variable, a number, a text in quotes, or a function's call";
  }
  if (expected.starts_with("an operator")) return "; a text stands in quotes";
  return {};
}

// Each parse_… returns kNoNode once something was wrong; error_ then holds the first complaint.
class Parser {
 public:
  Parser(std::string_view source, const ParseLimits& limits)
      : source_(source), limits_(limits), lexer_(source) {
    syntax_.nodes.reserve(source.size() / 4 + 4);
    syntax_.children.reserve(source.size() / 4 + 4);
  }
  Result<Syntax> parse();

 private:
  const Token& token() const { return lexer_.current(); }
  bool at(TokenKind kind) const { return token().kind == kind; }
  void advance() {
    last_end_ = token().end;
    lexer_.advance();
  }
  bool take(TokenKind kind) {
    if (!at(kind)) return false;
    advance();
    return true;
  }

  NodeId fail(Place place, const Error& error);
  NodeId fail(Place place, std::string message) {
    return fail(place, Error(ErrorKind::invalid, std::move(message)));
  }
  NodeId expected(std::string_view what);

  NodeId add(Node node, std::span<const NodeId> children);
  NodeId add_constant(Value value, Place place);
  NodeId add_operation(Operator op, std::uint32_t caret, NodeId operand);
  NodeId add_operation(Operator op, std::uint32_t caret, NodeId left, NodeId right);
  NodeId fold(const Outcome& outcome, Place place);
  bool compile_pattern(NodeId right);
  Place from(std::uint32_t begin, std::uint32_t caret) const { return {begin, last_end_, caret}; }
  std::uint32_t begin_of(NodeId node) const { return syntax_[node].place.begin; }

  NodeId parse_expression();
  NodeId parse_operations(int precedence);
  NodeId parse_conditional(NodeId condition);
  NodeId parse_unary();
  NodeId parse_primary();
  NodeId parse_number();
  NodeId parse_text();
  NodeId parse_brackets();
  NodeId parse_list();
  NodeId parse_map();
  NodeId parse_name();
  NodeId parse_path(std::string_view name, std::uint32_t begin);
  bool parse_arguments(std::vector<NodeId>& arguments);

  std::string_view source_;
  const ParseLimits& limits_;
  Lexer lexer_;
  Syntax syntax_;
  std::optional<Error> error_;
  std::size_t depth_ = 0;
  std::uint32_t last_end_ = 0;  // of the last token taken
};

Result<Syntax> Parser::parse() {
  syntax_.root = parse_expression();
  if (!error_ && !at(TokenKind::end)) expected("an operator or the end");
  if (error_) return *error_;
  return std::move(syntax_);
}

NodeId Parser::fail(Place place, const Error& error) {
  if (!error_) error_ = error_in_expression(error, ExpressionStage::parse, source_, place);
  return kNoNode;
}

NodeId Parser::expected(std::string_view what) {
  const Place place = token().place();
  if (at(TokenKind::invalid)) return fail(place, lexer_.complaint());
  std::string message = "expected " + std::string(what) + ", found ";
  switch (token().kind) {
    case TokenKind::end: message += "the end"; break;
    case TokenKind::text: message += "a text"; break;
    case TokenKind::number: message += "the number " + std::string(lexer_.spelling()); break;
    default: message += "\"" + std::string(lexer_.spelling()) + "\"";
  }
  message += advice_on(what);
  return fail(place, std::move(message));
}

NodeId Parser::add(Node node, std::span<const NodeId> children) {
  node.first_child = static_cast<std::uint32_t>(syntax_.children.size());
  node.child_count = static_cast<std::uint32_t>(children.size());
  syntax_.children.insert(syntax_.children.end(), children.begin(), children.end());
  syntax_.nodes.push_back(node);
  return static_cast<NodeId>(syntax_.nodes.size() - 1);
}

NodeId Parser::add_constant(Value value, Place place) {
  const auto index = static_cast<std::uint32_t>(syntax_.constants.size());
  syntax_.constants.push_back(std::move(value));
  return add({.kind = NodeKind::constant, .payload = index, .place = place}, {});
}

NodeId Parser::fold(const Outcome& outcome, Place place) {
  if (const auto* error = std::get_if<Error>(&outcome)) return fail(place, *error);
  return add_constant(std::get<Value>(outcome), place);
}

NodeId Parser::add_operation(Operator op, std::uint32_t caret, NodeId operand) {
  const Place place = from(caret, caret);
  if (syntax_.is_constant(operand)) return fold(operate(op, syntax_.constant(operand)), place);
  return add({.kind = NodeKind::prefix, .op = op, .place = place}, std::array{operand});
}

NodeId Parser::add_operation(Operator op, std::uint32_t caret, NodeId left, NodeId right) {
  const bool constant = syntax_.is_constant(right);
  const bool matches = op == Operator::match || op == Operator::not_match;
  if (matches && constant && !compile_pattern(right)) return kNoNode;
  const Place place = from(begin_of(left), caret);
  if (constant && syntax_.is_constant(left)) {
    return fold(operate(op, syntax_.constant(left), syntax_.constant(right)), place);
  }
  return add({.kind = NodeKind::infix, .op = op, .place = place}, std::array{left, right});
}

bool Parser::compile_pattern(NodeId right) {
  const Outcome text = operator_text(syntax_.constant(right));
  auto pattern = compile_regex(std::get<Value>(text).as_text(), limits_.regex);
  if (!pattern) {
    fail(syntax_[right].place, pattern.error());
    return false;
  }
  syntax_.patterns.emplace_back(right, *std::move(pattern));
  return true;
}

NodeId Parser::parse_expression() {
  if (depth_ == limits_.depth) {
    return fail(token().place(), Error(ErrorKind::exhausted, "this is nested deeper than " +
                                                                 std::to_string(limits_.depth) +
                                                                 " levels, the limit"));
  }
  ++depth_;
  const NodeId node = parse_operations(0);
  --depth_;
  return node;
}

// Operations that bind at least as tightly as `precedence`.
NodeId Parser::parse_operations(int precedence) {
  NodeId left = parse_unary();
  while (left != kNoNode) {
    Operator op = token().op;
    if (at(TokenKind::question)) {
      if (precedence > 0) break;
      left = parse_conditional(left);
      continue;
    }
    if (at(TokenKind::identifier) && lexer_.spelling() == "in") {
      op = Operator::in;
    } else if (!at(TokenKind::operation) || is_prefix(op)) {
      break;
    }
    if (operator_precedence(op) < precedence) break;
    const std::uint32_t caret = token().begin;
    advance();
    const NodeId right = parse_operations(operator_precedence(op) + 1);
    left = right == kNoNode ? kNoNode : add_operation(op, caret, left, right);
  }
  return left;
}

NodeId Parser::parse_conditional(NodeId condition) {
  const std::uint32_t caret = token().begin;
  advance();
  const NodeId then = parse_expression();
  if (then == kNoNode) return kNoNode;
  NodeId otherwise = kNoNode;
  if (take(TokenKind::colon)) {
    otherwise = parse_expression();
    if (otherwise == kNoNode) return kNoNode;
  } else if (!at(TokenKind::end)) {
    return expected("an operator or \":\" (it may be left out only at the very end)");
  }
  const Node node{.kind = NodeKind::conditional, .place = from(begin_of(condition), caret)};
  if (otherwise == kNoNode) return add(node, std::array{condition, then});
  return add(node, std::array{condition, then, otherwise});
}

NodeId Parser::parse_unary() {
  if (!at(TokenKind::operation)) return parse_primary();
  Operator op = token().op;
  if (op == Operator::not_match) {  // `!~x` is `!(~x)` here
    lexer_.narrow();
    op = Operator::logical_not;
  }
  if (op == Operator::subtract) op = Operator::negate;
  if (!is_prefix(op)) return expected("a value");
  const std::uint32_t caret = token().begin;
  advance();
  if (depth_ == limits_.depth) return parse_expression();
  ++depth_;
  const NodeId operand = parse_unary();
  --depth_;
  return operand == kNoNode ? kNoNode : add_operation(op, caret, operand);
}

NodeId Parser::parse_primary() {
  switch (token().kind) {
    case TokenKind::number: return parse_number();
    case TokenKind::text: return parse_text();
    case TokenKind::open_paren: return parse_brackets();
    case TokenKind::open_bracket: return parse_list();
    case TokenKind::open_brace: return parse_map();
    case TokenKind::identifier: return parse_name();
    default: return expected("a value");
  }
}

NodeId Parser::parse_number() {
  const Place place = token().place();
  auto number = decode_number(lexer_.spelling());
  if (!number) return fail(place, number.error());
  advance();
  return add_constant(Value::floating(*number), place);
}

NodeId Parser::parse_text() {
  const Place place = token().place();
  auto text = decode_text(lexer_.spelling());
  if (!text) return fail(place, text.error());
  advance();
  return add_constant(Value::text(*text), place);
}

NodeId Parser::parse_brackets() {
  const std::uint32_t begin = token().begin;
  advance();
  const NodeId inner = parse_expression();
  if (inner == kNoNode) return kNoNode;
  if (!take(TokenKind::close_paren)) return expected("an operator or \")\"");
  Place& place = syntax_.nodes[inner].place;
  place.begin = begin;
  place.end = last_end_;
  return inner;
}

NodeId Parser::parse_list() {
  const std::uint32_t begin = token().begin;
  advance();
  std::vector<NodeId> items;
  while (!take(TokenKind::close_bracket)) {
    if (take(TokenKind::comma)) continue;
    if (at(TokenKind::end)) return expected("an item, \",\" or \"]\"");
    const NodeId item = parse_expression();
    if (item == kNoNode) return kNoNode;
    items.push_back(item);
  }
  return add({.kind = NodeKind::list, .place = from(begin, begin)}, items);
}

NodeId Parser::parse_map() {
  const std::uint32_t begin = token().begin;
  advance();
  std::vector<NodeId> entries;
  while (!take(TokenKind::close_brace)) {
    if (take(TokenKind::comma)) continue;
    if (at(TokenKind::end)) return expected("a key, \",\" or \"}\"");
    const NodeId key = parse_expression();
    if (key == kNoNode) return kNoNode;
    if (!take(TokenKind::colon)) return expected("\":\" after the key");
    const NodeId value = parse_expression();
    if (value == kNoNode) return kNoNode;
    entries.push_back(key);
    entries.push_back(value);
  }
  return add({.kind = NodeKind::map, .place = from(begin, begin)}, entries);
}

NodeId Parser::parse_name() {
  const std::string_view name = lexer_.spelling();
  const Place place = token().place();
  advance();
  if (name == "true") return add_constant(Value::boolean(true), place);
  if (name == "false") return add_constant(Value::boolean(false), place);
  const Function* function = find_function(name);
  if (function == nullptr) return parse_path(name, place.begin);
  std::vector<NodeId> arguments;
  if (at(TokenKind::open_paren) && !parse_arguments(arguments)) return kNoNode;
  const auto index = static_cast<std::uint32_t>(syntax_.functions.size());
  syntax_.functions.push_back(function);
  return add({.kind = NodeKind::call, .payload = index, .place = from(place.begin, place.begin)},
             arguments);
}

NodeId Parser::parse_path(std::string_view name, std::uint32_t begin) {
  std::vector<NodeId> keys;
  const auto add_name = [&](std::string_view text) {
    syntax_.names.push_back(text);
    return static_cast<std::uint32_t>(syntax_.names.size() - 1);
  };
  while (true) {
    if (at(TokenKind::open_paren)) {
      const std::string_view callee = source_.substr(begin, last_end_ - begin);
      std::vector<NodeId> arguments;
      if (!parse_arguments(arguments)) return kNoNode;
      return add({.kind = NodeKind::unknown_call,
                  .payload = add_name(callee),
                  .place = from(begin, begin)},
                 arguments);
    }
    if (take(TokenKind::dot)) {
      if (!at(TokenKind::identifier)) return expected("a name after \".\"");
      const Place place = token().place();
      keys.push_back(add_constant(Value::text(lexer_.spelling()), place));
      advance();
    } else if (take(TokenKind::open_bracket)) {
      const NodeId key = parse_expression();
      if (key == kNoNode) return kNoNode;
      if (!take(TokenKind::close_bracket)) return expected("an operator or \"]\"");
      keys.push_back(key);
    } else {
      return add({.kind = NodeKind::path, .payload = add_name(name), .place = from(begin, begin)},
                 keys);
    }
  }
}

bool Parser::parse_arguments(std::vector<NodeId>& arguments) {
  advance();
  if (take(TokenKind::close_paren)) return true;
  while (true) {
    const NodeId argument = parse_expression();
    if (argument == kNoNode) return false;
    arguments.push_back(argument);
    if (take(TokenKind::close_paren)) return true;
    if (!take(TokenKind::comma)) {
      expected("an operator, \",\" or \")\"");
      return false;
    }
  }
}

}  // namespace

Result<Syntax> parse_expression(std::string_view source, const ParseLimits& limits) {
  if (source.size() > limits.source_bytes) {
    return Error(ErrorKind::exhausted, "this expression is " + std::to_string(source.size()) +
                                           " bytes long, longer than the limit of " +
                                           std::to_string(limits.source_bytes));
  }
  return Parser(source, limits).parse();
}

}  // namespace millrace
