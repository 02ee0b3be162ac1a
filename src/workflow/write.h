// Writing definitions: what is read again says the same as what was written.
#pragma once

#include <string>
#include <vector>

#include "workflow/datum.h"
#include "workflow/definition.h"

namespace millrace {

// One line of JSON; a text that is not UTF-8 has U+FFFD where it is not. Numbers that JSON does not
// know (infinite, not a number) are written as texts that a Float can be cast from.
std::string to_json(const Datum& datum);

// Block style, two spaces a level; long texts with line ends as literal blocks.
std::string to_yaml(const Datum& datum);

// Files as people keep them: YAML under `workflows`, JSON in the editor's export form.
std::string write_yaml(const std::vector<Workflow>& workflows);
std::string write_json(const std::vector<Workflow>& workflows);

}  // namespace millrace
