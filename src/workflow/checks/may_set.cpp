#include "workflow/checks/may_set.h"

#include <deque>

namespace millrace::checks {
namespace {

constexpr std::size_t kMostSteps = 3000;
constexpr std::size_t kMostPaths = 4 * kMostSteps;
constexpr std::size_t kMostBits = 16'000'000;  // steps times variables

using Bits = std::vector<std::uint64_t>;
constexpr std::size_t kWord = 64;

bool has(const Bits& bits, std::uint32_t i) { return ((bits[i / kWord] >> (i % kWord)) & 1U) != 0; }
void put(Bits& bits, std::uint32_t i) { bits[i / kWord] |= std::uint64_t{1} << (i % kWord); }
void remove(Bits& bits, std::uint32_t i) { bits[i / kWord] &= ~(std::uint64_t{1} << (i % kWord)); }

// Adds `from` to `to`; whether that changed it.
bool add(Bits& to, const Bits& from) {
  std::uint64_t changed = 0;
  for (std::size_t i = 0; i < from.size(); ++i) {
    changed |= from[i] & ~to[i];
    to[i] |= from[i];
  }
  return changed != 0;
}

}  // namespace

std::optional<MaySet> MaySet::of(const Check& check) {
  const std::size_t steps = check.graph.vertices().size();
  const std::size_t paths = check.workflow.paths.size();
  if (steps > kMostSteps || paths > kMostPaths || steps * check.names->size() > kMostBits)
    return std::nullopt;
  return MaySet(check);
}

MaySet::MaySet(const Check& check) {
  const std::size_t steps = check.graph.vertices().size();
  const std::size_t words = check.names->size() / kWord + 1;
  next_.resize(steps);
  in_.assign(steps, Bits(words, 0));
  out_ = in_;
  ever_set_.assign(words, 0);
  anything_.assign(steps, false);
  for (std::size_t step = 0; step < steps; ++step) {
    for (const std::uint32_t slot : check.step_uses[step].sets) {
      put(ever_set_, slot);
      put(out_[step], slot);
    }
  }
  connect(check);
  spread(check);
  for (const std::uint32_t slot : check.initial) remove(ever_set_, slot);
}

// Beside its paths, a loop has a way back: from wherever its body ends.
void MaySet::connect(const Check& check) {
  const Graph& graph = check.graph;
  std::vector<std::uint32_t> handlers;
  for (std::uint32_t step = 0; step < next_.size(); ++step) {
    const Graph::Vertex& vertex = graph.at(step);
    for (const std::uint32_t path : vertex.outbound) next_[step].push_back(graph.child(path));
    if (vertex.kind == StepKind::iterator) connect_loop(check, step);
    if (vertex.kind == StepKind::error_handler && vertex.outbound.size() > 1) {
      handlers.push_back(graph.child(vertex.outbound[1]));
    }
  }
  anything_ = graph.reachable(handlers);
}

void MaySet::connect_loop(const Check& check, std::uint32_t iterator) {
  const auto& paths = check.graph.at(iterator).outbound;
  if (paths.empty()) return;
  const auto body = check.graph.reachable({check.graph.child(paths[0])}, iterator);
  for (std::uint32_t step = 0; step < body.size(); ++step) {
    if (body[step] && check.graph.at(step).outbound.empty()) next_[step].push_back(iterator);
  }
}

void MaySet::spread(const Check& check) {
  std::deque<std::uint32_t> changed;
  std::vector<bool> queued(next_.size(), true);
  for (std::uint32_t step = 0; step < next_.size(); ++step) changed.push_back(step);
  while (!changed.empty()) {
    const std::uint32_t step = changed.front();
    changed.pop_front();
    queued[step] = false;
    for (const std::uint32_t child : next_[step]) {
      add(in_[child], out_[step]);
      if (!check.graph.runs(child) || !add(out_[child], in_[child]) || queued[child]) continue;
      queued[child] = true;
      changed.push_back(child);
    }
  }
}

bool MaySet::before(std::uint32_t step, std::uint32_t slot) const {
  return !has(ever_set_, slot) || anything_[step] || has(in_[step], slot);
}

bool MaySet::after(std::uint32_t step, std::uint32_t slot) const {
  return !has(ever_set_, slot) || anything_[step] || has(out_[step], slot);
}

}  // namespace millrace::checks
