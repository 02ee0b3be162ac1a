#include "workflow/graph.h"

namespace millrace {

Graph::Graph(const Workflow& workflow) {
  vertices_.resize(workflow.steps.size());
  for (std::uint32_t i = 0; i < vertices_.size(); ++i) {
    const Step& step = workflow.steps[i];
    vertices_[i].kind = step_kind(step.kind.text, step.ref.text);
    if (step.id.given()) by_id_.emplace(step.id.text, i);
  }
  edges_.resize(workflow.paths.size());
  for (std::uint32_t i = 0; i < edges_.size(); ++i) {
    Edge& edge = edges_[i];
    edge.parent = find(workflow.paths[i].parent.text);
    edge.child = find(workflow.paths[i].child.text);
    if (edge.parent) ++vertices_[*edge.parent].paths_out;
    if (edge.child) ++vertices_[*edge.child].paths_in;
    if (!edge.parent || !edge.child || !runs(*edge.parent) || !runs(*edge.child)) continue;
    vertices_[*edge.parent].outbound.push_back(i);
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
