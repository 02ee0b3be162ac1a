// From workflows back to data, as it stands in a file: the reverse of decode.h. Nothing is lost,
// fields that Millrace does not know included.
#pragma once

#include "workflow/definition.h"
#include "workflow/source_text.h"

namespace millrace {

// The fields of one workflow. IDs are texts in JSON, and in YAML numbers where they are small ones.
Datum encode_workflow(const Workflow& workflow, Format format);

// A whole file: in YAML a map by handle under `workflows` (a list where a handle is missing or
// given twice), in JSON the export's list.
Datum encode_file(const std::vector<Workflow>& workflows, Format format);

// Whether both say the same; places and files do not count.
bool same_content(const Workflow& a, const Workflow& b);

}  // namespace millrace
