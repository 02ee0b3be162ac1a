#include "expression/argument.h"

#include <algorithm>
#include <utility>

#include "expression/unknown.h"
#include "value/cast.h"

namespace millrace {
namespace {

std::string name_of(const std::string& target) { return "argument \"" + target + "\""; }

}  // namespace

class ArgumentCompiler {
 public:
  ArgumentCompiler(std::span<const ArgumentSource> sources, Names& names,
                   const ArgumentOptions& options, std::vector<ArgumentIssue>& issues)
      : sources_(sources), names_(names), options_(options), issues_(issues) {}

  Ref<const ArgumentProgram> compile() {
    const std::size_t issues_before = issues_.size();
    for (std::size_t i = 0; i < sources_.size(); ++i) add(i);
    if (issues_.size() > issues_before) return {};
    return program_;
  }

 private:
  using Argument = ArgumentProgram::Argument;

  void add(std::size_t index);
  void add_expression(std::size_t index, Argument& argument);
  void check_tests(std::size_t index);
  void add_read(std::size_t index, std::uint32_t slot, Place place);
  bool is_set(std::uint32_t slot) const {
    const auto& set = program_->assigned_;
    return std::find(set.begin(), set.end(), slot) != set.end();
  }

  std::span<const ArgumentSource> sources_;
  Names& names_;
  const ArgumentOptions& options_;
  std::vector<ArgumentIssue>& issues_;
  Ref<ArgumentProgram> program_ = make_ref<ArgumentProgram>();
};

void ArgumentCompiler::add(std::size_t index) {
  const ArgumentSource& source = sources_[index];
  Argument argument{.target_text = source.target, .target = parse_target(source.target)};
  argument.type = source.type;
  argument.value = source.value;
  argument.is_final = options_.use == ArgumentUse::variables && index + 1 == sources_.size();
  if (argument.target) {
    argument.base = names_.add(argument.target->base());
    argument.set_before = std::any_of(program_->arguments_.begin(), program_->arguments_.end(),
                                      [&](const Argument& before) {
                                        return before.target && *before.target == *argument.target;
                                      });
  }
  if (!source.source.empty()) {
    argument.source = names_.add(source.source);
    add_read(index, *argument.source, {});
  } else if (!source.expr.empty()) {
    add_expression(index, argument);
  }
  check_tests(index);
  if (argument.target && !is_set(argument.base)) program_->assigned_.push_back(argument.base);
  program_->arguments_.push_back(std::move(argument));
}

void ArgumentCompiler::add_expression(std::size_t index, Argument& argument) {
  CompileOptions options{.limits = options_.limits, .replaced = {}};
  const bool whole = argument.target && argument.target->segments.size() == 1;
  if (argument.is_final && whole) options.replaced = argument.base;
  auto program = compile_expression(sources_[index].expr, names_, options);
  if (!program) {
    issues_.push_back({index, program.error().at(name_of(argument.target_text))});
    return;
  }
  argument.program = *std::move(program);
  for (const Program::Read& read : argument.program->reads()) {
    add_read(index, read.slot, read.place);
  }
}

void ArgumentCompiler::check_tests(std::size_t index) {
  const ArgumentSource& source = sources_[index];
  for (std::size_t i = 0; i < source.tests.size(); ++i) {
    if (source.tests[i].empty()) continue;
    const auto syntax = parse_expression(source.tests[i], options_.limits);
    if (syntax) continue;
    const std::string where = name_of(source.target) + ", test " + std::to_string(i + 1);
    issues_.push_back({index, syntax.error().at(where)});
  }
}

void ArgumentCompiler::add_read(std::size_t index, std::uint32_t slot, Place place) {
  if (!is_set(slot)) program_->reads_.push_back({index, slot, place});
}

Ref<const ArgumentProgram> compile_arguments(std::span<const ArgumentSource> sources, Names& names,
                                             const ArgumentOptions& options,
                                             std::vector<ArgumentIssue>& issues) {
  return ArgumentCompiler(sources, names, options, issues).compile();
}

ArgumentRun::Progress ArgumentRun::progress() const {
  Progress progress{.next = next_, .before = {}};
  for (const Touched& touched : touched_) progress.before.push_back({touched.slot, touched.before});
  return progress;
}

ArgumentRun::ArgumentRun(Variables scope, const Progress& progress)
    : scope_(std::move(scope)), next_(progress.next) {
  for (const auto& before : progress.before) touched_.push_back({before.slot, before.value});
}

Dict ArgumentRun::results() const {
  Dict results;
  for (const Touched& touched : touched_) {
    results.set(scope_.names()->name(touched.slot), scope_.get(touched.slot));
  }
  return results;
}

void ArgumentRun::undo() {
  for (Touched& touched : touched_) scope_.set(touched.slot, std::move(touched.before));
  touched_.clear();
}

class ArgumentRunner {
 public:
  ArgumentRunner(const ArgumentProgram& program, ArgumentRun& run, EvaluationContext& context)
      : program_(program), run_(run), context_(context) {}

  ArgumentProgress finish() {
    while (run_.next_ < program_.arguments_.size()) {
      ArgumentProgress progress = run_one(program_.arguments_[run_.next_]);
      if (std::holds_alternative<Needs>(progress)) return progress;
      if (auto* error = std::get_if<Error>(&progress)) {
        run_.undo();
        return error->at(name_of(program_.arguments_[run_.next_].target_text));
      }
      ++run_.next_;
    }
    return std::monostate{};
  }

 private:
  using Argument = ArgumentProgram::Argument;

  ArgumentProgress run_one(const Argument& argument);
  const Value* taken_whole(const Argument& argument) const;
  Outcome find(const Argument& argument);
  Outcome evaluate_expression(const Argument& argument);
  bool may_change_in_place(const Argument& argument) const;
  std::optional<Type> type_before(const Argument& argument) const;
  bool pay_for_json(Type asked, const Value& value);  // false: the fuel has run out
  ArgumentProgress put(const Argument& argument, Value value);
  ArgumentProgress put_below(const Argument& argument, Value value);
  // Remembers what a variable was before this run, unless that is known.
  void touch(std::uint32_t slot, Value before);
  bool is_touched(std::uint32_t slot) const {
    return std::any_of(run_.touched_.begin(), run_.touched_.end(),
                       [&](const ArgumentRun::Touched& touched) { return touched.slot == slot; });
  }

  const ArgumentProgram& program_;
  ArgumentRun& run_;
  EvaluationContext& context_;
};

ArgumentProgress ArgumentRunner::run_one(const Argument& argument) {
  if (!argument.target) return argument.target.error();
  if (const Value* whole = taken_whole(argument)) return put(argument, *whole);
  Outcome found = find(argument);
  auto* value = std::get_if<Value>(&found);
  if (value == nullptr) {
    if (auto* error = std::get_if<Error>(&found)) return std::move(*error);
    return std::get<Needs>(std::move(found));
  }
  if (!pay_for_json(argument.type, *value)) return context_.fuel.exhausted();
  Outcome typed = type_result(std::move(*value), argument.type, type_before(argument));
  value = std::get_if<Value>(&typed);
  if (value == nullptr) {
    if (auto* error = std::get_if<Error>(&typed)) return std::move(*error);
    return std::get<Needs>(std::move(typed));
  }
  if (auto flat = value->check_nesting(); !flat) return flat.error();
  return put(argument, std::move(*value));
}

// A text that becomes a KV or KVV is read as JSON, here and now: that takes time for each byte, and
// an entry takes several times the memory of its text.
bool ArgumentRunner::pay_for_json(Type asked, const Value& value) {
  constexpr std::uint64_t kMemoryForByte = 8;
  if ((asked != Type::KV && asked != Type::KVV) || !value.is_text()) return true;
  const std::uint64_t size = value.as_text().size();
  return context_.fuel.spend(size) && context_.fuel.spend_bytes(kMemoryForByte * size);
}

// The source of an argument that asks for no type: it is taken with its own, and Any is one too.
const Value* ArgumentRunner::taken_whole(const Argument& argument) const {
  if (!argument.source || argument.type != Type::Any) return nullptr;
  const Value& source = run_.scope_.get(*argument.source);
  return source.is_absent() ? nullptr : &source;
}

// The argument's value before it gets its type.
Outcome ArgumentRunner::find(const Argument& argument) {
  if (argument.source) {
    const Value& source = run_.scope_.get(*argument.source);
    if (!source.is_absent()) return source;
    if (argument.value) return *argument.value;
    return unknown_variable(run_.scope_.names()->name(*argument.source), run_.scope_);
  }
  if (!argument.program) return argument.value ? *argument.value : Value::null();
  Outcome outcome = evaluate_expression(argument);
  const auto* error = std::get_if<Error>(&outcome);
  if (error == nullptr || !argument.value) return outcome;
  // What stops the whole step is no failure of this expression.
  const bool stops = error->kind() == ErrorKind::exhausted ||
                     error->kind() == ErrorKind::canceled || error->kind() == ErrorKind::bug;
  return stops ? outcome : Outcome(*argument.value);
}

Outcome ArgumentRunner::evaluate_expression(const Argument& argument) {
  if (may_change_in_place(argument)) {
    return evaluate_in_place(*argument.program, run_.scope_, context_);
  }
  return evaluate(*argument.program, run_.scope_, context_);
}

// Only where the result will need no cast that could fail after the change.
bool ArgumentRunner::may_change_in_place(const Argument& argument) const {
  if (!argument.is_final || argument.target->segments.size() > 1) return false;
  const Value& now = run_.scope_.get(argument.base);
  switch (now.kind()) {
    case Value::Kind::array: return true;  // stays an Array whatever type is asked
    case Value::Kind::kv:
    case Value::Kind::kvv:
    case Value::Kind::vars: return argument.type == Type::Any || argument.type == now.type();
    case Value::Kind::list: return argument.type == Type::Any;
    case Value::Kind::text:
      return argument.type == Type::String || (argument.type == Type::Any && !argument.set_before);
    default: return false;
  }
}

std::optional<Type> ArgumentRunner::type_before(const Argument& argument) const {
  if (!argument.set_before) return std::nullopt;
  const Value* at = &run_.scope_.get(argument.base);
  for (const Segment& segment : argument.target->below_base()) {
    at = find_in(*at, segment.key);
    if (at == nullptr) return std::nullopt;
  }
  if (at->is_absent()) return std::nullopt;
  return at->type();
}

void ArgumentRunner::touch(std::uint32_t slot, Value before) {
  if (!is_touched(slot)) run_.touched_.push_back({slot, std::move(before)});
}

ArgumentProgress ArgumentRunner::put(const Argument& argument, Value value) {
  if (argument.target->segments.size() > 1) return put_below(argument, std::move(value));
  touch(argument.base, run_.scope_.take(argument.base));
  run_.scope_.set(argument.base, std::move(value));
  return std::monostate{};
}

ArgumentProgress ArgumentRunner::put_below(const Argument& argument, Value value) {
  const std::string& name = argument.target->base();
  if (run_.scope_.get(argument.base).is_absent()) return unknown_variable(name, run_.scope_);
  Value container = run_.scope_.take(argument.base);
  // Keeping what was there for undo() would make every change a copy.
  const bool keep = !argument.is_final && !is_touched(argument.base);
  Value before = keep ? container : Value::absent();
  ArgumentProgress assigned = assign(container, argument.target->below_base(), std::move(value));
  run_.scope_.set(argument.base, std::move(container));
  if (std::holds_alternative<std::monostate>(assigned)) touch(argument.base, std::move(before));
  return assigned;
}

ArgumentProgress run_arguments(const ArgumentProgram& program, ArgumentRun& run,
                               EvaluationContext& context) {
  return ArgumentRunner(program, run, context).finish();
}

}  // namespace millrace
