// How much of an argument may be shown in frames and traces.
#pragma once

#include <cstdint>

#include "value/value.h"

namespace millrace {

enum class Secrecy : std::uint8_t {
  open,
  secret,  // nothing
  url,     // all but the credentials in it
  named,   // all but the fields whose names say so, to any depth
};

// `value` as it may be shown.
Value shown_as(Secrecy secrecy, const Value& value);

}  // namespace millrace
