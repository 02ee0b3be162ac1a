// JSON as the reference's encoder writes it: what could end a script element of HTML is escaped.
#pragma once

#include <cstdint>
#include <string>

#include "expression/fuel.h"
#include "value/outcome.h"

namespace millrace {

enum class JsonTypes : std::uint8_t {
  kept,     // the items of an Array and the entries of Vars as {"@value", "@type"}
  dropped,  // plain JSON
};

// "" where a number within is not finite, or a year has more than four digits. Error when the fuel
// runs out, Needs for a Reader within.
Attempt<std::string> to_reference_json(Fuel& fuel, const Value& value, JsonTypes types);

}  // namespace millrace
