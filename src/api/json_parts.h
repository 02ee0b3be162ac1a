// Parts that the documents of a run are written from.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "value/dict.h"

namespace millrace {

std::string json_string(std::string_view text);

// Typed JSON by name; {"@error": why} for what is too large to print: no reason to say nothing.
std::string typed_json(const Dict& vars);

// The id of a step. One that is a small number in the definition is a number here too, as the
// author wrote it.
std::string json_step(const std::string& id);

// {"kind", "message", "where"?, "phase"?, "step"?, "cause"?: the same}; `step` is written already,
// empty where the error is of none.
std::string json_error(const Error& error, std::string_view step = "");

// RFC 3339, UTC.
std::string json_time(WallTime time);

// With three decimals, as every time in a document.
std::string json_milliseconds(Nanos time);

}  // namespace millrace
