// How much of an argument may be shown in frames and traces.
#pragma once

#include <cstdint>

#include "base/error.h"
#include "value/value.h"

namespace millrace {

enum class Secrecy : std::uint8_t {
  open,
  secret,  // nothing
  url,     // all but the credentials in it
  named,   // all but the fields whose names say so, to any depth
};

// What an error says of evaluating a secret argument: without the text of its expression, and
// without what stands in quotes, which may be a value.
Error shown_as(Secrecy secrecy, const Error& error);

// `value` as it may be shown.
Value shown_as(Secrecy secrecy, const Value& value);

}  // namespace millrace
