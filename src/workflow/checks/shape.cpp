// How many arguments, results and paths each kind of step has.
#include <fmt/format.h>

#include <array>
#include <limits>

#include "workflow/checks/checks.h"

namespace millrace::checks {
namespace {

constexpr std::size_t kAny = std::numeric_limits<std::size_t>::max();

struct Range {
  std::size_t least = 0;
  std::size_t most = kAny;
};
constexpr Range kNone{0, 0};

enum class Reference : std::uint8_t { any, none };

struct Shape {
  StepKind kind;
  Range arguments;
  Range results;
  Range outbound;
  Range inbound;
  Reference ref;
};
constexpr Range kOneOrNone{0, 1};
constexpr Range kSome{1, kAny};

// The reference's table, in the order of StepKind. What a kind must have by name (an argument, a
// ref) is checked in arguments.cpp.
constexpr std::array<Shape, 17> kShapes{{
    {StepKind::expressions, kSome, kNone, kOneOrNone, {}, Reference::none},
    {StepKind::function, {}, {}, kOneOrNone, {}, Reference::any},
    {StepKind::iterator, {}, {}, {2, 2}, {}, Reference::any},
    {StepKind::gateway_exclusive, kNone, kNone, {2, kAny}, {}, Reference::any},
    {StepKind::gateway_inclusive, kNone, kNone, {2, kAny}, {}, Reference::any},
    {StepKind::gateway_fork, kNone, kNone, kSome, {}, Reference::any},
    {StepKind::gateway_join, kNone, kNone, {}, kSome, Reference::any},
    {StepKind::error, kOneOrNone, kNone, kNone, {}, Reference::any},
    {StepKind::error_handler, kNone, {}, {1, 2}, {}, Reference::none},
    {StepKind::termination, kNone, kNone, kNone, {}, Reference::none},
    {StepKind::prompt, {}, {}, kOneOrNone, {}, Reference::any},
    {StepKind::delay, {1, 1}, kNone, kOneOrNone, {}, Reference::any},
    {StepKind::exec_workflow, {}, {}, kOneOrNone, {}, Reference::none},
    {StepKind::break_loop, kNone, kNone, kNone, {}, Reference::none},
    {StepKind::continue_loop, kNone, kNone, kNone, {}, Reference::none},
    {StepKind::debug, {}, kNone, kOneOrNone, {}, Reference::none},
    {StepKind::visual, {}, {}, {}, {}, Reference::any},
}};

std::string wanted(Range range, std::string_view thing) {
  const auto plural = [&](std::size_t count) { return count == 1 ? "" : "s"; };
  if (range.most == 0) return fmt::format("no {}s", thing);
  if (range.least == range.most) {
    return fmt::format("exactly {} {}{}", range.least, thing, plural(range.least));
  }
  if (range.most == kAny) {
    return fmt::format("at least {} {}{}", range.least, thing, plural(range.least));
  }
  if (range.least == 0) {
    return fmt::format("at most {} {}{}", range.most, thing, plural(range.most));
  }
  return fmt::format("{} to {} {}s", range.least, range.most, thing);
}

void check_count(Check& check, std::uint32_t index, StepKind kind, Range range, std::size_t count,
                 std::string_view thing) {
  if (count >= range.least && count <= range.most) return;
  const Step& step = check.workflow.steps[index];
  check.issue(at_step(index), step.at,
              fmt::format("a step of kind {} must have {}; step {} has {}", to_string(kind),
                          wanted(range, thing), step.id.text, count));
}

}  // namespace

void check_shape(Check& check, std::uint32_t index) {
  const Graph::Vertex& vertex = check.graph.at(index);
  if (!vertex.kind) return;
  const Shape& shape = kShapes[static_cast<std::size_t>(*vertex.kind)];
  const Step& step = check.workflow.steps[index];
  if (shape.ref == Reference::none && !step.ref.empty()) {
    check.issue(at_step(index), step.ref.at,
                fmt::format("a step of kind {} takes no ref", to_string(shape.kind)));
  }
  check_count(check, index, shape.kind, shape.arguments, step.arguments.size(), "argument");
  check_count(check, index, shape.kind, shape.results, step.results.size(), "result");
  // Which of several steps of one id a path means cannot be told.
  if (!check.graph.is_named_apart(index)) return;
  check_count(check, index, shape.kind, shape.outbound, vertex.paths_out, "outbound path");
  check_count(check, index, shape.kind, shape.inbound, vertex.paths_in, "inbound path");
}

}  // namespace millrace::checks
