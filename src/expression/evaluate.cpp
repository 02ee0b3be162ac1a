#include "expression/evaluate.h"

#include <algorithm>
#include <array>
#include <memory>
#include <new>
#include <optional>
#include <utility>

#include "expression/functions/call.h"
#include "expression/operation.h"
#include "expression/regex.h"
#include "expression/unknown.h"
#include "value/convert.h"
#include "value/path.h"

namespace millrace {
namespace {

// Values of up to this many operands need no memory of their own.
constexpr std::size_t kInlineStack = 12;

// As operate() may see a stored value: Meta as a map, whose copy lies in `buffer`.
const Value& seen(const Value& stored, Value& buffer) {
  if (stored.kind() != Value::Kind::meta) return stored;
  buffer = stored.operand();
  return buffer;
}

// Whether a container with the others in it could be refused where it is stored: a change in place
// would be too late to take back then.
bool may_nest_too_deeply(std::span<const Value> arguments) {
  std::uint32_t nesting = 1;
  for (const Value& argument : arguments) nesting += argument.nesting();
  return nesting > kMaxNesting;
}

}  // namespace

// One evaluation: a loop over the instructions and a stack of operands.
class Machine {
 public:
  // `changeable` is null where variables stay as they are.
  Machine(const Program& program, const Variables& variables, Variables* changeable,
          EvaluationContext& context)
      : program_(program), variables_(variables), changeable_(changeable), context_(context) {
    if (program.stack_size_ > kInlineStack) {
      large_ = std::make_unique<Slot[]>(program.stack_size_);
      base_ = reinterpret_cast<Value*>(large_.get());
    }
    top_ = base_;
  }
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;
  ~Machine() { std::destroy(base_, top_); }

  Outcome run();

 private:
  struct alignas(Value) Slot {
    std::byte bytes[sizeof(Value)];
  };
  struct Taken {
    std::uint32_t slot;
    Value* at;
  };

  void push(Value value) { new (top_++) Value(std::move(value)); }
  void drop() { std::destroy_at(--top_); }
  Value& top() { return top_[-1]; }

  // Each returns false when the evaluation ends here: failure_ says how.
  bool fail(Error error) {
    failure_ = std::move(error);
    return false;
  }
  bool settle(Value& target, Outcome outcome);
  bool load(std::uint32_t slot);
  bool take(std::uint32_t slot);
  const Value* follow(const ConstantPath& path, std::uint32_t& key);
  bool load_path(const ConstantPath& path);
  bool infix_path(Operator op, const ConstantPath& path, const Value& right);
  bool select_key(const Value& key);
  bool select_top();
  bool infix(Operator op, const Value& right);
  bool infix_slowly(Operator op, const Value& left, const Value& right, Value& result);
  bool infix_stored(Operator op, const Value* left, const Value* right);
  bool infix_stored_slowly(Operator op, const Value& left, const Value& right);
  bool append(std::size_t count);
  bool make_list(std::size_t count);
  bool make_map(std::size_t count);
  bool call(const Function& function, std::size_t count);
  bool read_texts(const Function& function, std::span<Value> arguments);
  const Value* variable(std::uint32_t slot);
  const Value* missing(std::uint32_t slot);
  Outcome failed_at(std::size_t instruction);
  Place place_of_failure(std::size_t instruction) const;

  const Program& program_;
  const Variables& variables_;
  Variables* changeable_;
  EvaluationContext& context_;
  std::optional<Outcome> failure_;
  std::optional<std::uint32_t> failed_read_;  // slot of the variable that could not be read
  std::optional<Taken> taken_;
  std::unique_ptr<Slot[]> large_;
  std::array<Slot, kInlineStack> small_;  // NOLINT: filled as operands come
  Value* base_ = reinterpret_cast<Value*>(small_.data());
  Value* top_;
};

Outcome Machine::failed_at(std::size_t instruction) {
  if (taken_) changeable_->set(taken_->slot, std::move(*taken_->at));
  const auto* error = std::get_if<Error>(&*failure_);
  if (error == nullptr) return *std::move(failure_);
  return error_in_expression(*error, ExpressionStage::evaluation, program_.source_,
                             place_of_failure(instruction));
}

// The instruction's, but of an operation that reads its operands itself the operand's that failed.
Place Machine::place_of_failure(std::size_t instruction) const {
  const Place place = program_.places_[instruction];
  if (!failed_read_) return place;
  for (const Program::Read& read : program_.reads_) {
    const bool is_inside = read.place.begin >= place.begin && read.place.end <= place.end;
    if (is_inside && read.slot == *failed_read_) return read.place;
  }
  return place;
}

bool Machine::settle(Value& target, Outcome outcome) {
  if (auto* value = std::get_if<Value>(&outcome)) {
    target = std::move(*value);
    return true;
  }
  failure_ = std::move(outcome);
  return false;
}

inline const Value* Machine::variable(std::uint32_t slot) {
  const Value& value = variables_.get(slot);
  if (!value.is_absent()) [[likely]]
    return &value;
  return missing(slot);
}

const Value* Machine::missing(std::uint32_t slot) {
  if (!failure_) {
    failed_read_ = slot;
    fail(unknown_variable(variables_.names()->name(slot), variables_));
  }
  return nullptr;
}

bool Machine::load(std::uint32_t slot) {
  const Value* value = variable(slot);
  if (value == nullptr) return false;
  push(value->operand());
  return true;
}

// Moved as it is stored, so that failed_at() can put it back. Meta is seen as something else.
bool Machine::take(std::uint32_t slot) {
  const Value* value = variable(slot);
  if (value == nullptr) return false;
  if (changeable_ == nullptr || value->kind() == Value::Kind::meta) return load(slot);
  push(changeable_->take(slot));
  taken_ = Taken{slot, &top()};
  return true;
}

// Follows keys as long as they are found in maps: nullptr where the variable is not set, else what
// was reached, `key` being the first that was not followed.
const Value* Machine::follow(const ConstantPath& path, std::uint32_t& key) {
  const Value* at = variable(path.slot);
  if (at == nullptr) return nullptr;
  for (key = path.first_key; key < path.first_key + path.key_count; ++key) {
    const Value* part = at->has_dict() ? at->dict().find(program_.keys_[key]) : nullptr;
    if (part == nullptr) break;
    at = part;
  }
  return at;
}

bool Machine::load_path(const ConstantPath& path) {
  std::uint32_t key = 0;
  const Value* at = follow(path, key);
  if (at == nullptr) return false;
  push(at->operand());
  for (; key < path.first_key + path.key_count; ++key) {
    if (!select_key(program_.keys_[key])) return false;
  }
  return true;
}

bool Machine::infix_path(Operator op, const ConstantPath& path, const Value& right) {
  std::uint32_t key = 0;
  const Value* at = follow(path, key);
  const bool reached = at != nullptr && key == path.first_key + path.key_count;
  if (reached) return infix_stored(op, at, &right);
  if (load_path(path)) return infix(op, right);
  failed_read_ = path.slot;
  return false;
}

bool Machine::select_key(const Value& key) {
  auto part = select(top(), key.as_text());
  if (!part) return fail(part.error());
  top() = *std::move(part);
  return true;
}

bool Machine::select_top() {
  const Value key = std::move(top());
  drop();
  return settle(top(), select(top(), key));
}

// The left side is on top, and so is the result.
inline bool Machine::infix(Operator op, const Value& right) {
  return operate_numbers(op, top(), right, &top()) || infix_slowly(op, top(), right, top());
}

// Of stored values, nullptr where there was none (and variable() has said so).
inline bool Machine::infix_stored(Operator op, const Value* left, const Value* right) {
  if (left == nullptr || right == nullptr) [[unlikely]]
    return false;
  if (operate_numbers(op, *left, *right, top_)) [[likely]] {
    ++top_;
    return true;
  }
  return infix_stored_slowly(op, *left, *right);
}

bool Machine::infix_stored_slowly(Operator op, const Value& left, const Value& right) {
  push(Value());
  Value left_buffer;
  Value right_buffer;
  return infix_slowly(op, seen(left, left_buffer), seen(right, right_buffer), top());
}

bool Machine::infix_slowly(Operator op, const Value& left, const Value& right, Value& result) {
  if (op == Operator::in && right.is_list() && !context_.fuel.spend(right.items().size())) {
    return fail(context_.fuel.exhausted());
  }
  if (!settle(result, operate(op, left, right))) return false;
  const bool made_text = op == Operator::add && result.is_text();
  if (!made_text || context_.fuel.spend_bytes(result.as_text().size())) return true;
  return fail(context_.fuel.exhausted());
}

bool Machine::append(std::size_t count) {
  Value& first = *(top_ - count - 1);
  const std::span<Value> added(top_ - count, count);
  const auto is_text = [](const Value& value) { return value.is_text(); };
  if (is_text(first) && std::all_of(added.begin(), added.end(), is_text)) {
    std::size_t bytes = 0;
    for (const Value& text : added) bytes += text.as_text().size();
    if (!context_.fuel.spend_bytes(bytes)) return fail(context_.fuel.exhausted());
    std::string& text = first.text_for_change();
    for (const Value& more : added) text += more.as_text();
    first = std::move(first).operand();
  } else {
    Value sum = first.operand();
    for (const Value& more : added) {
      if (operate_numbers(Operator::add, sum, more, &sum)) continue;
      if (!infix_slowly(Operator::add, sum, more, sum)) return false;
    }
    first = std::move(sum);
  }
  std::destroy(added.begin(), added.end());
  top_ -= count;
  return true;
}

bool Machine::make_list(std::size_t count) {
  if (!context_.fuel.spend_bytes(count * sizeof(Value))) return fail(context_.fuel.exhausted());
  Value::Items items;
  items.reserve(count);
  for (Value* item = top_ - count; item != top_; ++item) {
    items.push_back(std::move(*item).operand());
  }
  std::destroy(top_ - count, top_);
  top_ -= count;
  push(Value::list(std::move(items)));
  return true;
}

bool Machine::make_map(std::size_t count) {
  if (!context_.fuel.spend_bytes(count * sizeof(Dict::Entry))) {
    return fail(context_.fuel.exhausted());
  }
  Value* const entries = top_ - 2 * count;
  Dict dict;
  for (Value* entry = entries; entry != top_; entry += 2) {
    Outcome key = operator_text(entry[1]);
    if (!std::holds_alternative<Value>(key)) {
      failure_ = std::move(key);
      return false;
    }
    dict.set(std::get<Value>(key), std::move(entry[0]).operand());
  }
  std::destroy(entries, top_);
  top_ = entries;
  push(Value::map(std::move(dict)));
  return true;
}

// A Reader where a text belongs counts as its content.
bool Machine::read_texts(const Function& function, std::span<Value> arguments) {
  const std::size_t known = std::min(arguments.size(), function.parameters.size());
  for (std::size_t i = 0; i < known; ++i) {
    if (!arguments[i].is_reader()) continue;
    if (function.parameters[i].kind != ParameterKind::text) continue;
    if (!settle(arguments[i], cast_text(arguments[i]))) return false;
  }
  return true;
}

bool Machine::call(const Function& function, std::size_t count) {
  const std::span<Value> arguments(top_ - count, count);
  if (!read_texts(function, arguments)) return false;
  if (taken_ && may_nest_too_deeply(arguments)) changeable_->set(taken_->slot, *taken_->at);
  Outcome outcome = call_function(function, context_, arguments);
  if (!std::holds_alternative<Value>(outcome)) {
    failure_ = std::move(outcome);
    return false;
  }
  std::destroy(arguments.begin(), arguments.end());
  top_ -= count;
  // An item that pop() or shift() gives keeps its type for where it is stored; operators ignore it.
  Value result = std::get<Value>(std::move(outcome));
  push(result.kind() == Value::Kind::meta ? std::move(result).operand() : std::move(result));
  return true;
}

Outcome Machine::run() {
  const Instruction* const begin = program_.code_.data();
  const Instruction* const end = begin + program_.code_.size();
  const Value* const constants = program_.constants_.data();
  if (!context_.fuel.spend(program_.code_.size())) return context_.fuel.exhausted();
  for (const Instruction* now = begin; now != end; ++now) {
    bool went_well = true;
    switch (now->opcode) {
      case Opcode::constant: push(constants[now->a]); break;
      case Opcode::load: went_well = load(now->a); break;
      case Opcode::take: went_well = take(now->a); break;
      case Opcode::load_path: went_well = load_path(program_.paths_[now->a]); break;
      case Opcode::select: went_well = select_key(program_.keys_[now->a]); break;
      case Opcode::select_top: went_well = select_top(); break;
      case Opcode::infix: {
        const Value* right = --top_;
        went_well = infix(now->op, *right);
        std::destroy_at(right);
        break;
      }
      case Opcode::infix_constant: went_well = infix(now->op, constants[now->b]); break;
      case Opcode::infix_slot_constant:
        went_well = infix_stored(now->op, variable(now->a), &constants[now->b]);
        break;
      case Opcode::infix_path_constant:
        went_well = infix_path(now->op, program_.paths_[now->a], constants[now->b]);
        break;
      case Opcode::infix_slots:
        went_well = infix_stored(now->op, variable(now->a), variable(now->b));
        break;
      case Opcode::append: went_well = append(now->b); break;
      case Opcode::prefix: went_well = settle(top(), operate(now->op, top())); break;
      case Opcode::match:
        went_well = settle(top(), operate_match(now->op, top(), *program_.patterns_[now->a]));
        break;
      case Opcode::skip_if_decided:
        if (is_decided(now->op, top())) now = begin + now->a - 1;
        break;
      case Opcode::skip_or_drop:
        if (is_decided(now->op, top())) {
          now = begin + now->a - 1;
        } else {
          drop();
        }
        break;
      case Opcode::skip_unless_zero:
        if (!is_zero(top())) {
          now = begin + now->a - 1;
        } else {
          drop();
        }
        break;
      case Opcode::jump_if_zero:
        if (is_zero(top())) now = begin + now->a - 1;
        drop();
        break;
      case Opcode::jump: now = begin + now->a - 1; break;
      case Opcode::list: went_well = make_list(now->a); break;
      case Opcode::map: went_well = make_map(now->a); break;
      case Opcode::call:
        went_well = call(*program_.functions_[now->a], now->b);
        if (went_well && top().kind() == Value::Kind::meta) top() = std::move(top()).operand();
        break;
      case Opcode::call_last: went_well = call(*program_.functions_[now->a], now->b); break;
      case Opcode::unknown_call:
        went_well = fail(unknown_function(program_.unknown_calls_[now->a].name, variables_));
        break;
    }
    if (!went_well) [[unlikely]]
      return failed_at(static_cast<std::size_t>(now - begin));
  }
  return std::move(top());
}

Outcome evaluate(const Program& program, const Variables& variables, EvaluationContext& context) {
  return Machine(program, variables, nullptr, context).run();
}

Outcome evaluate_in_place(const Program& program, Variables& variables,
                          EvaluationContext& context) {
  return Machine(program, variables, &variables, context).run();
}

bool condition_holds(const Value& result) { return !is_empty(result); }

}  // namespace millrace
