// jsonParserTemplate's language: a text in which ${name.path} stands for a value.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "expression/fuel.h"
#include "value/value.h"

namespace millrace {

// The text with each ${word.path} replaced by what `vars` have under `path`, the keys of containers
// within each other between dots; `word` is whatever the author calls the whole, and ${path}
// without a dot is a path too. Values are written as `%v` of format() writes them and escaped to
// stand within a JSON text. What names nothing, or null, stays as it is, and so does a "${" that is
// not closed. Error (exhausted) when the fuel runs out.
Result<std::string> fill_template(Fuel& fuel, std::string_view text, const Dict& vars);

}  // namespace millrace
