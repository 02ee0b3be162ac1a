#include "workflow/graph.h"

namespace millrace {
namespace {

bool goes_by_order(std::optional<StepKind> kind) {
  return kind == StepKind::iterator || kind == StepKind::error_handler ||
         kind == StepKind::gateway_exclusive || kind == StepKind::gateway_inclusive;
}

}  // namespace

Graph::Graph(const Workflow& workflow) {
  vertices_.resize(workflow.steps.size());
  for (std::uint32_t i = 0; i < vertices_.size(); ++i) {
    const Step& step = workflow.steps[i];
    vertices_[i].kind = step_kind(step.kind.text, step.ref.text);
    if (!step.id.given()) continue;
    const auto [first, added] = by_id_.emplace(step.id.text, i);
    if (!added) vertices_[first->second].has_twin = vertices_[i].has_twin = true;
  }
  edges_.resize(workflow.paths.size());
  for (std::uint32_t i = 0; i < edges_.size(); ++i) {
    Edge& edge = edges_[i];
    edge.parent = find(workflow.paths[i].parent.text);
    edge.child = find(workflow.paths[i].child.text);
    const bool is_round = edge.parent && edge.parent == edge.child;
    if (edge.parent && !is_round) ++vertices_[*edge.parent].paths_out;
    if (edge.child) ++vertices_[*edge.child].paths_in;
    if (!edge.parent || !edge.child || !runs(*edge.parent) || !runs(*edge.child)) continue;
    Vertex& parent = vertices_[*edge.parent];
    if (!is_round || !goes_by_order(parent.kind)) parent.outbound.push_back(i);
    vertices_[*edge.child].inbound.push_back(i);
  }
  for (std::uint32_t i = 0; i < vertices_.size(); ++i) {
    if (runs(i) && vertices_[i].inbound.empty()) starts_.push_back(i);
  }
}

std::optional<std::uint32_t> Graph::find(std::string_view id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<bool> Graph::reachable(const std::vector<std::uint32_t>& from,
                                   std::optional<std::uint32_t> without) const {
  std::vector<bool> reached(vertices_.size(), false);
  std::vector<std::uint32_t> open;
  const auto enter = [&](std::uint32_t step) {
    if (reached[step] || step == without) return;
    reached[step] = true;
    open.push_back(step);
  };
  for (const std::uint32_t step : from) enter(step);
  while (!open.empty()) {
    const std::uint32_t step = open.back();
    open.pop_back();
    for (const std::uint32_t path : vertices_[step].outbound) enter(child(path));
  }
  return reached;
}

}  // namespace millrace
