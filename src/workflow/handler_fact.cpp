#include "workflow/handler_fact.h"

#include <algorithm>
#include <array>

namespace millrace {
namespace {

// In the order of HandlerFact.
constexpr std::array<std::string_view, 6> kNames = {"error",     "errorMessage", "errorStepID",
                                                    "errorKind", "errorPhase",   "errorStatus"};

}  // namespace

std::optional<HandlerFact> handler_fact(std::string_view name) {
  const auto* found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<HandlerFact>(found - kNames.begin());
}

std::span<const std::string_view> handler_fact_names() { return kNames; }

}  // namespace millrace
