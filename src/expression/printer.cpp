#include "expression/printer.h"

#include <ranges>

#include "expression/function.h"
#include "expression/lexer.h"
#include "expression/literal.h"

namespace millrace {
namespace {

// Beyond every infix operator: what only a primary expression or a prefix satisfies.
constexpr int kTightest = 1000;

bool is_name(std::string_view text) {
  const Lexer lexer(text);
  return lexer.current().kind == TokenKind::identifier && lexer.spelling() == text;
}

class Printer {
 public:
  explicit Printer(const Syntax& syntax) : syntax_(syntax) {}

  std::string print() {
    print(syntax_.root, 0);
    return std::move(out_);
  }

 private:
  // Brackets around what binds less tightly than `precedence`.
  void print(NodeId id, int precedence);
  void print_bare(NodeId id);
  void print_constant(const Value& value);
  void print_path(const Node& node);
  void print_infix(NodeId id);
  void print_items(std::span<const NodeId> items, std::string_view open, std::string_view close);
  void print_map(std::span<const NodeId> entries);
  void print_conditional(std::span<const NodeId> parts);

  const Syntax& syntax_;
  std::string out_;
};

void Printer::print(NodeId id, int precedence) {
  const Node& node = syntax_[id];
  const bool open = node.kind == NodeKind::conditional ||
                    (node.kind == NodeKind::infix && operator_precedence(node.op) < precedence);
  if (!open || precedence == 0) return print_bare(id);
  out_ += '(';
  print_bare(id);
  out_ += ')';
}

void Printer::print_bare(NodeId id) {
  const Node& node = syntax_[id];
  const auto children = syntax_.children_of(node);
  switch (node.kind) {
    case NodeKind::constant: return print_constant(syntax_.constant(id));
    case NodeKind::path: return print_path(node);
    case NodeKind::call:
      out_ += syntax_.functions[node.payload]->name;
      return print_items(children, "(", ")");
    case NodeKind::unknown_call:
      out_ += syntax_.names[node.payload];
      return print_items(children, "(", ")");
    case NodeKind::prefix: out_ += operator_symbol(node.op); return print(children[0], kTightest);
    case NodeKind::infix: return print_infix(id);
    case NodeKind::conditional: return print_conditional(children);
    case NodeKind::list: return print_items(children, "[", "]");
    case NodeKind::map: return print_map(children);
  }
}

void Printer::print_constant(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::boolean: out_ += value.as_boolean() ? "true" : "false"; return;
    case Value::Kind::text: out_ += encode_text(value.as_text()); return;
    default: out_ += encode_number(value.as_float()); return;
  }
}

void Printer::print_path(const Node& node) {
  out_ += syntax_.names[node.payload];
  for (const NodeId key : syntax_.children_of(node)) {
    const bool text = syntax_.is_constant(key) && syntax_.constant(key).is_text();
    if (text && is_name(syntax_.constant(key).as_text())) {
      out_ += '.';
      out_ += syntax_.constant(key).as_text();
    } else {
      out_ += '[';
      print(key, 0);
      out_ += ']';
    }
  }
}

// Left-deep chains may be as long as the source: they are printed without recursion.
void Printer::print_infix(NodeId id) {
  std::vector<NodeId> chain{id};
  NodeId left = syntax_.children_of(syntax_[id])[0];
  const auto continues = [&](NodeId inner, NodeId outer) {
    return syntax_[inner].kind == NodeKind::infix &&
           operator_precedence(syntax_[inner].op) >= operator_precedence(syntax_[outer].op);
  };
  while (continues(left, chain.back())) {
    chain.push_back(left);
    left = syntax_.children_of(syntax_[left])[0];
  }
  const auto first = operator_precedence(syntax_[chain.back()].op);
  // A conditional needs its brackets even where the precedence is 0.
  print(left, syntax_[left].kind == NodeKind::conditional ? kTightest : first);
  for (const NodeId node : std::views::reverse(chain)) {
    const Operator op = syntax_[node].op;
    out_ += ' ';
    out_ += operator_symbol(op);
    out_ += ' ';
    print(syntax_.children_of(syntax_[node])[1], operator_precedence(op) + 1);
  }
}

void Printer::print_items(std::span<const NodeId> items, std::string_view open,
                          std::string_view close) {
  out_ += open;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out_ += ", ";
    print(items[i], 0);
  }
  out_ += close;
}

void Printer::print_map(std::span<const NodeId> entries) {
  out_ += '{';
  for (std::size_t i = 0; i < entries.size(); i += 2) {
    if (i > 0) out_ += ", ";
    print(entries[i], 0);
    out_ += ": ";
    print(entries[i + 1], 0);
  }
  out_ += '}';
}

void Printer::print_conditional(std::span<const NodeId> parts) {
  const bool nested = syntax_[parts[0]].kind == NodeKind::conditional;
  print(parts[0], nested ? kTightest : 0);
  out_ += " ? ";
  print(parts[1], 0);
  if (parts.size() < 3) return;
  out_ += " : ";
  print(parts[2], 0);
}

}  // namespace

std::string print_expression(const Syntax& syntax) { return Printer(syntax).print(); }

}  // namespace millrace
