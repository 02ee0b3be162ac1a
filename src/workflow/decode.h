// From the data of a file to workflows. What stands in the wrong shape (a list where a text
// belongs) is an error here; what is well formed but makes no sense is verify()'s to tell.
#pragma once

#include <string>

#include "base/error.h"
#include "workflow/definition.h"

namespace millrace {

// One document of a file: `workflows:` as a map by handle or as a list, beside other sections,
// which are skipped and told of; or a single workflow, the form of the REST interface.
Result<Document> decode_document(Datum data, const std::string& file);

}  // namespace millrace
