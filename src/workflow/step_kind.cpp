#include "workflow/step_kind.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace millrace {
namespace {

// In the order of StepKind; gateways under their common kind and their ref.
struct Naming {
  std::string_view kind;
  std::string_view ref;
  std::string_view shown;
};
constexpr std::array<Naming, 17> kNamings{{
    {"expressions", "", "expressions"},
    {"function", "", "function"},
    {"iterator", "", "iterator"},
    {kGatewayKind, "excl", "gateway excl"},
    {kGatewayKind, "incl", "gateway incl"},
    {kGatewayKind, "fork", "gateway fork"},
    {kGatewayKind, "join", "gateway join"},
    {"error", "", "error"},
    {"error-handler", "", "error-handler"},
    {"termination", "", "termination"},
    {"prompt", "", "prompt"},
    {"delay", "", "delay"},
    {"exec-workflow", "", "exec-workflow"},
    {"break", "", "break"},
    {"continue", "", "continue"},
    {"debug", "", "debug"},
    {"visual", "", "visual"},
}};

constexpr std::array<std::string_view, 14> kKinds = {
    "expressions",   "function",    "iterator", "gateway", "error",
    "error-handler", "termination", "prompt",   "delay",   "exec-workflow",
    "break",         "continue",    "debug",    "visual"};
constexpr std::array<std::string_view, 4> kGateways = {"excl", "incl", "fork", "join"};

}  // namespace

std::string_view to_string(StepKind kind) { return kNamings[static_cast<std::size_t>(kind)].shown; }

std::optional<StepKind> step_kind(std::string_view kind, std::string_view ref) {
  const auto* found = std::find_if(kNamings.begin(), kNamings.end(), [&](const Naming& naming) {
    return naming.kind == kind && (kind != kGatewayKind || naming.ref == ref);
  });
  if (found == kNamings.end()) return std::nullopt;
  return static_cast<StepKind>(found - kNamings.begin());
}

std::span<const std::string_view> kind_names() { return kKinds; }
std::span<const std::string_view> gateway_names() { return kGateways; }

}  // namespace millrace
