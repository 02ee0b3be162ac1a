// Reading definitions: from the text of a file to its workflows.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "workflow/definition.h"
#include "workflow/read_limits.h"
#include "workflow/source_text.h"

namespace millrace {

// By the file's name (.json, .yaml, .yml); for another name, such as "-", JSON where the text
// begins with a bracket.
Format format_of(std::string_view file, std::string_view text);

// All documents of the text as one. An error is of kind invalid, or exhausted where a limit was
// reached; its `where` is "file:line:column".
Result<Document> read_document(std::string_view text, const std::string& file, Format format,
                               const ReadLimits& limits = {});

}  // namespace millrace
