// The syntax tree of one expression: what the parser makes, the compiler and the printer read.
// Nodes lie in one array, children before their parents.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "expression/operator.h"
#include "expression/place.h"
#include "value/value.h"

namespace re2 {
class RE2;
}

namespace millrace {

struct Function;

using NodeId = std::uint32_t;
constexpr NodeId kNoNode = 0xFFFFFFFF;

enum class NodeKind : std::uint8_t {
  constant,      // constants[payload]
  path,          // names[payload], then a child for each key, outermost first
  call,          // functions[payload] with a child for each argument
  unknown_call,  // of what is no function: names[payload]; fails when evaluated
  prefix,        // op and one child
  infix,         // op and two children
  conditional,   // condition, then, else; without else: two children
  list,          // a child for each item
  map,           // two children for each entry: key, value
};

struct Node {
  NodeKind kind;
  Operator op = Operator::add;  // of prefix and infix
  std::uint32_t payload = 0;
  std::uint32_t first_child = 0;  // in Syntax::children
  std::uint32_t child_count = 0;
  Place place;
};

struct Syntax {
  std::vector<Node> nodes;
  std::vector<NodeId> children;
  std::vector<Value> constants;
  std::vector<std::string_view> names;  // parts of the source
  std::vector<const Function*> functions;
  // Compiled right sides of `=~` and `!~`, by the constant's node, in its order.
  std::vector<std::pair<NodeId, std::shared_ptr<const re2::RE2>>> patterns;
  NodeId root = kNoNode;

  const Node& operator[](NodeId id) const { return nodes[id]; }
  std::span<const NodeId> children_of(const Node& node) const {
    return std::span(children).subspan(node.first_child, node.child_count);
  }
  bool is_constant(NodeId id) const { return nodes[id].kind == NodeKind::constant; }
  const Value& constant(NodeId id) const { return constants[nodes[id].payload]; }
};

}  // namespace millrace
