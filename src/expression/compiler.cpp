#include <algorithm>
#include <ranges>
#include <utility>

#include "expression/function.h"
#include "expression/program.h"
#include "expression/syntax.h"
#include "value/convert.h"

namespace millrace {
namespace {

bool decides_by_left(Operator op) {
  return op == Operator::logical_and || op == Operator::logical_or || op == Operator::coalesce;
}

}  // namespace

// Walks the tree once and writes the code of each node after that of its children.
class Compiler {
 public:
  Compiler(const Syntax& syntax, Names& names, const CompileOptions& options)
      : syntax_(syntax), names_(names), options_(options), program_(make_ref<Program>()) {
    program_->code_.reserve(syntax.nodes.size());
    program_->places_.reserve(syntax.nodes.size());
  }

  Ref<const Program> compile(std::string_view source) {
    program_->source_ = source;
    program_->constants_ = syntax_.constants;
    program_->functions_ = syntax_.functions;
    emit(syntax_.root, true);
    return program_;
  }

 private:
  // `last` is true where nothing that could fail runs after the node.
  void emit(NodeId id, bool last = false);
  void emit_path(const Node& node);
  void emit_operations(NodeId id, bool last);
  bool emit_append(std::span<const NodeId> chain);
  bool emit_fused(NodeId id);
  void emit_right_side(NodeId id);
  void emit_short_circuit(NodeId id);
  void emit_conditional(const Node& node, bool last);
  void emit_call(const Node& node, bool last);

  std::size_t add(Instruction instruction, Place place, int pushed);
  void land(std::size_t jump) { code()[jump].a = static_cast<std::uint32_t>(code().size()); }
  std::vector<Instruction>& code() { return program_->code_; }

  std::uint32_t read(const Node& path);
  bool is_variable(NodeId id) const {
    return syntax_[id].kind == NodeKind::path && syntax_[id].child_count == 0;
  }
  bool is_boolean(NodeId id) const;
  bool reads(NodeId id, std::string_view name) const;
  std::size_t constant_keys(const Node& path) const;
  std::uint32_t add_path(const Node& path, std::size_t keys);
  std::uint32_t add_key(NodeId constant);
  const Regex* pattern_of(NodeId constant) const;
  NodeId child(NodeId id, std::size_t index) const {
    return syntax_.children_of(syntax_[id])[index];
  }

  const Syntax& syntax_;
  Names& names_;
  const CompileOptions& options_;
  Ref<Program> program_;
  std::size_t depth_ = 0;  // operands on the stack at this point of the code
};

std::size_t Compiler::add(Instruction instruction, Place place, int pushed) {
  code().push_back(instruction);
  program_->places_.push_back(place);
  depth_ = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(depth_) + pushed);
  program_->stack_size_ = std::max(program_->stack_size_, depth_);
  return code().size() - 1;
}

std::uint32_t Compiler::read(const Node& path) {
  const std::uint32_t slot = names_.add(syntax_.names[path.payload]);
  program_->reads_.push_back({slot, path.place});
  return slot;
}

void Compiler::emit(NodeId id, bool last) {
  const Node& node = syntax_[id];
  const auto children = syntax_.children_of(node);
  switch (node.kind) {
    case NodeKind::constant:
      add({.opcode = Opcode::constant, .a = node.payload}, node.place, 1);
      return;
    case NodeKind::path: return emit_path(node);
    case NodeKind::call: return emit_call(node, last);
    case NodeKind::unknown_call: {
      const auto index = static_cast<std::uint32_t>(program_->unknown_calls_.size());
      program_->unknown_calls_.push_back({std::string(syntax_.names[node.payload]), node.place});
      add({.opcode = Opcode::unknown_call, .a = index}, node.place, 1);
      return;
    }
    case NodeKind::prefix:
      emit(children[0]);
      add({.opcode = Opcode::prefix, .op = node.op}, node.place, 0);
      return;
    case NodeKind::infix: return emit_operations(id, last);
    case NodeKind::conditional: return emit_conditional(node, last);
    case NodeKind::list:
      for (const NodeId item : children) emit(item);
      add({.opcode = Opcode::list, .a = node.child_count}, node.place,
          1 - static_cast<int>(node.child_count));
      return;
    case NodeKind::map:
      for (std::size_t i = 0; i < children.size(); i += 2) {
        emit(children[i + 1]);  // a value is evaluated before its key
        emit(children[i]);
      }
      add({.opcode = Opcode::map, .a = node.child_count / 2}, node.place,
          1 - static_cast<int>(node.child_count));
      return;
  }
}

void Compiler::emit_path(const Node& node) {
  const auto keys = syntax_.children_of(node);
  const std::size_t constants = constant_keys(node);
  if (constants == 0) {
    add({.opcode = Opcode::load, .a = read(node)}, node.place, 1);
  } else {
    add({.opcode = Opcode::load_path, .a = add_path(node, constants)}, node.place, 1);
  }
  for (const NodeId key : keys.subspan(constants)) {
    const Place place = syntax_[key].place;
    if (syntax_.is_constant(key)) {
      add({.opcode = Opcode::select, .a = add_key(key)}, place, 0);
    } else {
      emit(key);
      add({.opcode = Opcode::select_top}, place, -1);
    }
  }
}

// How many keys there are before the first one that is computed.
std::size_t Compiler::constant_keys(const Node& path) const {
  const auto keys = syntax_.children_of(path);
  const auto computed =
      std::find_if(keys.begin(), keys.end(), [&](NodeId key) { return !syntax_.is_constant(key); });
  return static_cast<std::size_t>(computed - keys.begin());
}

std::uint32_t Compiler::add_path(const Node& path, std::size_t keys) {
  const auto first = static_cast<std::uint32_t>(program_->keys_.size());
  for (const NodeId key : syntax_.children_of(path).first(keys)) add_key(key);
  program_->paths_.push_back({read(path), first, static_cast<std::uint32_t>(keys)});
  return static_cast<std::uint32_t>(program_->paths_.size() - 1);
}

std::uint32_t Compiler::add_key(NodeId constant) {
  program_->keys_.push_back(std::get<Value>(operator_text(syntax_.constant(constant))));
  return static_cast<std::uint32_t>(program_->keys_.size() - 1);
}

// Left-deep chains may be as long as the source: they are compiled without recursion.
void Compiler::emit_operations(NodeId id, bool last) {
  std::vector<NodeId> chain{id};
  while (syntax_[child(chain.back(), 0)].kind == NodeKind::infix) {
    chain.push_back(child(chain.back(), 0));
  }
  if (last && emit_append(chain)) return;
  if (emit_fused(chain.back())) {
    chain.pop_back();
  } else {
    emit(child(chain.back(), 0));
  }
  for (const NodeId node : std::views::reverse(chain)) emit_right_side(node);
}

// `text = text + a + b`: what is added is evaluated before the text is touched, so that nothing can
// fail once it has been changed. `chain` goes from the last sum to the first.
bool Compiler::emit_append(std::span<const NodeId> chain) {
  if (!options_.replaced) return false;
  const std::string& replaced = names_.name(*options_.replaced);
  const NodeId first = child(chain.back(), 0);
  if (!is_variable(first) || syntax_.names[syntax_[first].payload] != replaced) return false;
  const bool appends = std::all_of(chain.begin(), chain.end(), [&](NodeId sum) {
    return syntax_[sum].op == Operator::add && !reads(child(sum, 1), replaced);
  });
  if (!appends) return false;
  add({.opcode = Opcode::take, .a = read(syntax_[first])}, syntax_[first].place, 1);
  for (const NodeId sum : std::views::reverse(chain)) emit(child(sum, 1));
  const auto count = static_cast<std::uint32_t>(chain.size());
  add({.opcode = Opcode::append, .b = count}, syntax_[chain.front()].place,
      -static_cast<int>(count));
  return true;
}

// One instruction for an operation between a variable, or a path with constant keys, and a constant
// or another variable.
bool Compiler::emit_fused(NodeId id) {
  const Node& node = syntax_[id];
  const Node& left = syntax_[child(id, 0)];
  const Node& right = syntax_[child(id, 1)];
  if (decides_by_left(node.op) || left.kind != NodeKind::path) return false;
  if (right.kind == NodeKind::constant && pattern_of(child(id, 1)) == nullptr) {
    if (left.child_count > 0 && constant_keys(left) < left.child_count) return false;
    const bool variable = left.child_count == 0;
    add({.opcode = variable ? Opcode::infix_slot_constant : Opcode::infix_path_constant,
         .op = node.op,
         .a = variable ? read(left) : add_path(left, left.child_count),
         .b = right.payload},
        node.place, 1);
    return true;
  }
  if (!is_variable(child(id, 0)) || !is_variable(child(id, 1))) return false;
  const std::uint32_t a = read(left);
  add({.opcode = Opcode::infix_slots, .op = node.op, .a = a, .b = read(right)}, node.place, 1);
  return true;
}

void Compiler::emit_right_side(NodeId id) {
  const Node& node = syntax_[id];
  const NodeId right = child(id, 1);
  if (decides_by_left(node.op)) return emit_short_circuit(id);
  if (!syntax_.is_constant(right)) {
    emit(right);
    add({.opcode = Opcode::infix, .op = node.op}, node.place, -1);
  } else if (const Regex* pattern = pattern_of(right)) {
    program_->patterns_.push_back(*pattern);
    const auto index = static_cast<std::uint32_t>(program_->patterns_.size() - 1);
    add({.opcode = Opcode::match, .op = node.op, .a = index}, node.place, 0);
  } else {
    add({.opcode = Opcode::infix_constant, .op = node.op, .b = syntax_[right].payload}, node.place,
        0);
  }
}

void Compiler::emit_short_circuit(NodeId id) {
  const Node& node = syntax_[id];
  const NodeId right = child(id, 1);
  if (node.op == Operator::coalesce) {
    const std::size_t skip = add({.opcode = Opcode::skip_unless_zero}, node.place, -1);
    emit(right);
    return land(skip);
  }
  const bool booleans = is_boolean(child(id, 0)) && is_boolean(right);
  const Opcode opcode = booleans ? Opcode::skip_or_drop : Opcode::skip_if_decided;
  const std::size_t skip = add({.opcode = opcode, .op = node.op}, node.place, booleans ? -1 : 0);
  emit(right);
  if (!booleans) add({.opcode = Opcode::infix, .op = node.op}, node.place, -1);
  land(skip);
}

void Compiler::emit_conditional(const Node& node, bool last) {
  const auto parts = syntax_.children_of(node);
  emit(parts[0]);
  const std::size_t to_else = add({.opcode = Opcode::jump_if_zero}, node.place, -1);
  emit(parts[1], last);
  const std::size_t to_end = add({.opcode = Opcode::jump}, node.place, -1);
  land(to_else);
  if (parts.size() == 3) {
    emit(parts[2], last);
  } else {
    program_->constants_.push_back(Value::null());
    const auto index = static_cast<std::uint32_t>(program_->constants_.size() - 1);
    add({.opcode = Opcode::constant, .a = index}, node.place, 1);
  }
  land(to_end);
}

void Compiler::emit_call(const Node& node, bool last) {
  const auto arguments = syntax_.children_of(node);
  const std::size_t begin = code().size();
  for (const NodeId argument : arguments) emit(argument);
  const Opcode opcode = last ? Opcode::call_last : Opcode::call;
  add({.opcode = opcode, .a = node.payload, .b = node.child_count}, node.place,
      1 - static_cast<int>(node.child_count));
  if (!last || !options_.replaced || arguments.empty()) return;
  const std::string& replaced = names_.name(*options_.replaced);
  const auto others = arguments.subspan(1);
  const bool changed = syntax_.functions[node.payload]->changes_first &&
                       is_variable(arguments[0]) && code()[begin].a == *options_.replaced &&
                       std::none_of(others.begin(), others.end(),
                                    [&](NodeId other) { return reads(other, replaced); });
  if (changed) code()[begin].opcode = Opcode::take;
}

// Whether the node always gives a Boolean, or fails.
bool Compiler::is_boolean(NodeId id) const {
  const Node& node = syntax_[id];
  if (node.kind == NodeKind::constant) return syntax_.constant(id).is_boolean();
  if (node.kind == NodeKind::prefix) return node.op == Operator::logical_not;
  if (node.kind != NodeKind::infix) return false;
  return node.op >= Operator::logical_or && node.op <= Operator::in;
}

bool Compiler::reads(NodeId id, std::string_view name) const {
  std::vector<NodeId> rest{id};
  while (!rest.empty()) {
    const Node& node = syntax_[rest.back()];
    rest.pop_back();
    if (node.kind == NodeKind::path && syntax_.names[node.payload] == name) return true;
    const auto children = syntax_.children_of(node);
    rest.insert(rest.end(), children.begin(), children.end());
  }
  return false;
}

const Regex* Compiler::pattern_of(NodeId constant) const {
  const auto found =
      std::lower_bound(syntax_.patterns.begin(), syntax_.patterns.end(), constant,
                       [](const auto& entry, NodeId id) { return entry.first < id; });
  const bool known = found != syntax_.patterns.end() && found->first == constant;
  return known ? &found->second : nullptr;
}

Result<Ref<const Program>> compile_expression(std::string_view source, Names& names,
                                              const CompileOptions& options) {
  MILLRACE_TRY_ASSIGN(syntax, parse_expression(source, options.limits));
  return Compiler(syntax, names, options).compile(source);
}

}  // namespace millrace
