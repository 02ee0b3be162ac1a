// The graph of a workflow: its steps as vertices, its paths as edges, both by their index in the
// definition. Paths that lead nowhere, and drawing elements, are no part of it. Where a step goes
// by the order of its paths, one that leads back to the step itself is no choice.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "workflow/definition.h"
#include "workflow/step_kind.h"

namespace millrace {

class Graph {
 public:
  struct Vertex {
    std::optional<StepKind> kind;         // none: of no known kind
    std::vector<std::uint32_t> outbound;  // paths, in the definition's order
    std::vector<std::uint32_t> inbound;   // likewise
    // Those that lead nowhere are counted too; one from the step to itself is inbound.
    std::uint32_t paths_out = 0;
    std::uint32_t paths_in = 0;
    bool has_twin = false;  // of the same id
  };
  struct Edge {
    std::optional<std::uint32_t> parent;  // none: no such step
    std::optional<std::uint32_t> child;
  };

  // Refers to the workflow's texts, which must outlive it.
  explicit Graph(const Workflow& workflow);

  const std::vector<Vertex>& vertices() const { return vertices_; }
  const Vertex& at(std::uint32_t step) const { return vertices_[step]; }
  const Edge& edge(std::uint32_t path) const { return edges_[path]; }
  std::uint32_t child(std::uint32_t path) const { return *edges_[path].child; }
  std::uint32_t parent(std::uint32_t path) const { return *edges_[path].parent; }

  // The first step of that id.
  std::optional<std::uint32_t> find(std::string_view id) const;
  // Whether no other step has the step's id.
  bool is_named_apart(std::uint32_t step) const { return !vertices_[step].has_twin; }
  // Whether the step is a vertex of the graph: not a drawing element.
  bool runs(std::uint32_t step) const { return vertices_[step].kind != StepKind::visual; }

  // Steps without parents, in order.
  const std::vector<std::uint32_t>& starts() const { return starts_; }

  // Which steps can be reached along paths from `from`, these included; `without`, where given, is
  // not entered.
  std::vector<bool> reachable(const std::vector<std::uint32_t>& from,
                              std::optional<std::uint32_t> without = std::nullopt) const;

 private:
  std::vector<Vertex> vertices_;
  std::vector<Edge> edges_;
  std::vector<std::uint32_t> starts_;
  std::unordered_map<std::string_view, std::uint32_t> by_id_;
};

}  // namespace millrace
