#include "function/json/plain_json.h"

#include "expression/functions/to_json.h"

namespace millrace {

Task<Result<std::string>> plain_json(Scope& step, Effects& effects, Fuel& fuel, Value value) {
  while (true) {
    auto outcome = to_reference_json(fuel, value, JsonTypes::dropped);
    if (auto* error = std::get_if<Error>(&outcome)) co_return std::move(*error);
    if (auto* json = std::get_if<std::string>(&outcome)) {
      if (!json->empty()) co_return std::move(*json);
      co_return Error(
          ErrorKind::invalid,
          "JSON has no form for a number that is not finite, nor for a DateTime outside "
          "the years 0 to 9999");
    }
    auto drained = co_await effects.drain(step, std::get<Needs>(outcome).reader);
    if (!drained) co_return drained.error();
  }
}

}  // namespace millrace
