// What an error-handler can tell of the error it caught. Its results name one in `expr`.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace millrace {

enum class HandlerFact : std::uint8_t {
  error,    // the error itself, as Any
  message,  // errorMessage: String
  step_id,  // errorStepID: ID
  kind,     // errorKind: String
  phase,    // errorPhase: String
  status,   // errorStatus: Integer, of an HTTP answer
};

std::optional<HandlerFact> handler_fact(std::string_view name);  // "errorMessage"
std::span<const std::string_view> handler_fact_names();

}  // namespace millrace
