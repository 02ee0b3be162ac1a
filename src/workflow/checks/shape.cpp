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

struct Shape {
  StepKind kind;
  Range arguments;
  Range results;
  Range paths;  // outbound
};

constexpr std::array<Shape, 17> kShapes{{
    {StepKind::expressions, {1, kAny}, kNone, {}},
    {StepKind::function, {}, {}, {}},
    {StepKind::iterator, {}, {}, {2, 2}},
    {StepKind::gateway_exclusive, kNone, kNone, {2, kAny}},
    {StepKind::gateway_inclusive, kNone, kNone, {2, kAny}},
    {StepKind::gateway_fork, kNone, kNone, {}},
    {StepKind::gateway_join, kNone, kNone, {}},
    {StepKind::error, {}, kNone, kNone},
    {StepKind::error_handler, kNone, {}, {1, 2}},
    {StepKind::termination, kNone, kNone, kNone},
    {StepKind::prompt, {}, {}, {}},
    {StepKind::delay, {1, 1}, {}, {}},
    {StepKind::exec_workflow, {}, {}, {}},
    {StepKind::break_loop, kNone, kNone, kNone},
    {StepKind::continue_loop, kNone, kNone, kNone},
    {StepKind::debug, {}, {}, {}},
    {StepKind::visual, {}, {}, {}},
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
  check_count(check, index, shape.kind, shape.arguments, step.arguments.size(), "argument");
  check_count(check, index, shape.kind, shape.results, step.results.size(), "result");
  check_count(check, index, shape.kind, shape.paths, vertex.paths_out, "outbound path");
}

}  // namespace millrace::checks
