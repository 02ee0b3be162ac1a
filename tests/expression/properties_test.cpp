// What holds for every expression: made from a seed, printed, parsed and evaluated.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "expression/evaluating.h"
#include "expression/generate.h"
#include "expression/parser.h"
#include "expression/printer.h"

namespace millrace {
namespace {

// Readers are equal only to themselves, their content is comparable.
std::string content(const Variables& variables) { return *to_typed_json(variables.to_dict()); }

bool same_tree(const Syntax& a, NodeId x, const Syntax& b, NodeId y) {
  const Node& m = a[x];
  const Node& n = b[y];
  const bool operation = m.kind == NodeKind::prefix || m.kind == NodeKind::infix;
  if (m.kind != n.kind || (operation && m.op != n.op) || m.child_count != n.child_count) {
    return false;
  }
  switch (m.kind) {
    case NodeKind::constant:
      if (!(a.constant(x) == b.constant(y))) return false;
      break;
    case NodeKind::path:
    case NodeKind::unknown_call:
      if (a.names[m.payload] != b.names[n.payload]) return false;
      break;
    case NodeKind::call:
      if (a.functions[m.payload] != b.functions[n.payload]) return false;
      break;
    default: break;
  }
  for (std::size_t i = 0; i < m.child_count; ++i) {
    if (!same_tree(a, a.children_of(m)[i], b, b.children_of(n)[i])) return false;
  }
  return true;
}

RC_GTEST_PROP(Properties, ParsingWhatWasPrintedGivesTheSameTree, ()) {
  const std::string source = generate_expression(*rc::gen::arbitrary<std::uint64_t>());
  const auto syntax = parse_expression(source, {});
  RC_PRE(syntax.has_value());  // a constant operation may fail
  const std::string printed = print_expression(*syntax);
  const auto again = parse_expression(printed, {});
  RC_LOG() << source << "\n" << printed << "\n";
  RC_ASSERT(again.has_value());
  RC_ASSERT(same_tree(*syntax, syntax->root, *again, again->root));
  RC_ASSERT(print_expression(*again) == printed);
}

RC_GTEST_PROP(Properties, EvaluationNeverChangesItsInputs, ()) {
  const std::string source = generate_expression(*rc::gen::arbitrary<std::uint64_t>());
  Evaluating evaluating(kGeneratedScope);
  const Dict before = *from_json_input(kGeneratedScope);
  const Outcome first = evaluating(source);
  RC_LOG() << source << "\n";
  RC_ASSERT(content(evaluating.variables) == *to_typed_json(before));
  if (source.find("random") != std::string::npos) return;
  const Outcome second = evaluating(source);
  RC_ASSERT(first.index() == second.index());
  if (const auto* value = std::get_if<Value>(&first)) {
    RC_ASSERT(*value == std::get<Value>(second));
  }
}

// Whatever the arguments do, in place or not: what was given away comes back as it was on a
// failure, and what somebody else holds never changes.
RC_GTEST_PROP(Properties, ArgumentsChangeNothingThatSomebodyElseHolds, ()) {
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  std::vector<ArgumentSource> sources(2);
  for (std::size_t i = 0; i < sources.size(); ++i) {
    sources[i].target = generate_target(seed + i);
    sources[i].type = static_cast<Type>((seed + i) % (static_cast<unsigned>(Type::Vars) + 1));
    if ((seed & 3) != 0) sources[i].type = Type::Any;
    sources[i].expr = generate_change(seed + i);
    RC_LOG() << sources[i].target << " = " << sources[i].expr << "\n";
  }
  Evaluating evaluating;
  std::vector<ArgumentIssue> issues;
  const auto program = compile_arguments(sources, *evaluating.names, {}, issues);
  RC_PRE(static_cast<bool>(program));
  const Dict before = *from_json_input(kGeneratedScope);
  const Variables held(evaluating.names, before);

  ArgumentRun shared(held);
  const ArgumentProgress on_shared = run_arguments(*program, shared, evaluating.context);
  RC_ASSERT(content(held) == *to_typed_json(before));

  ArgumentRun alone(Variables(evaluating.names, *from_json_input(kGeneratedScope)));
  const ArgumentProgress on_own = run_arguments(*program, alone, evaluating.context);
  RC_ASSERT(on_shared.index() == on_own.index());
  RC_ASSERT(content(shared.scope()) == content(alone.scope()));
  if (std::holds_alternative<Error>(on_own)) {
    RC_ASSERT(content(alone.scope()) == *to_typed_json(before));
  }
}

}  // namespace
}  // namespace millrace
