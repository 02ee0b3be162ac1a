// What an unquoted YAML scalar is: YAML 1.2's core schema, which is what JSON has too.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "workflow/datum.h"

namespace millrace {

// null, boolean, integer (decimal, 0x, 0o), number (also .inf and .nan) or else text.
Datum::Kind plain_scalar_kind(std::string_view text);

// A datum for a scalar whose kind is known; booleans and null lose their spelling ("True", "~").
Datum make_scalar(Datum::Kind kind, std::string_view text, Position at);

// The kind that a tag such as "tag:yaml.org,2002:str" gives the scalar. An error where the text is
// not of that kind or the tag is not one of YAML's own.
Result<Datum::Kind> tagged_scalar_kind(std::string_view tag, std::string_view text);

}  // namespace millrace
