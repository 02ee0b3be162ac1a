// The kinds of steps, with the gateways told apart.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace millrace {

enum class StepKind : std::uint8_t {
  expressions,
  function,
  iterator,
  gateway_exclusive,
  gateway_inclusive,
  gateway_fork,
  gateway_join,
  error,
  error_handler,
  termination,
  prompt,
  delay,
  exec_workflow,
  break_loop,
  continue_loop,
  debug,
  visual,  // kept so that indices match the definition; no path leads to or from it
};

// "expressions", "gateway excl": as messages call it.
std::string_view to_string(StepKind kind);

// By a definition's `kind` and, of a gateway, its `ref`; nothing where there is none such.
std::optional<StepKind> step_kind(std::string_view kind, std::string_view ref);

constexpr std::string_view kGatewayKind = "gateway";
std::span<const std::string_view> kind_names();     // as definitions write them
std::span<const std::string_view> gateway_names();  // the refs of gateways

}  // namespace millrace
