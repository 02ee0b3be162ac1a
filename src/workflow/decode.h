// From the data of a file to workflows. What stands in the wrong shape (a list where a text
// belongs) is an error here; what is well formed but makes no sense is verify()'s to tell.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "workflow/definition.h"

namespace millrace {

// One document of a file: `workflows:` as a map by handle or as a list, beside other sections,
// which are skipped and told of; a single workflow; or an answer of the REST interface,
// `{"response": {...}}` with one workflow or a `set` of them. `deepest` is how deep a file's lists
// and maps may be within each other.
Result<Document> decode_document(Datum data, const std::string& file, std::size_t deepest);

// What a definition is made of, and the names of the fields that each may have.
enum class Record : std::uint8_t { workflow, trigger, step, path, expression, test, limits, retry };
std::vector<std::string_view> field_names(Record record);

}  // namespace millrace
