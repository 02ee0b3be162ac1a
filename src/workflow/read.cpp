#include "workflow/read.h"

#include <utility>

#include "workflow/decode.h"
#include "workflow/read_data.h"

namespace millrace {

Format format_of(std::string_view file, std::string_view text) {
  if (file.ends_with(".json")) return Format::json;
  if (file.ends_with(".yaml") || file.ends_with(".yml")) return Format::yaml;
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  const bool bracket =
      begin != std::string_view::npos && (text[begin] == '{' || text[begin] == '[');
  return bracket ? Format::json : Format::yaml;
}

Result<Document> read_document(std::string_view text, const std::string& file, Format format,
                               const ReadLimits& limits) {
  MILLRACE_TRY_ASSIGN(data, read_data(text, file, format, limits));
  if (data.empty()) data.emplace_back();  // told of as an empty file
  Document whole;
  whole.file = file;
  for (Datum& datum : data) {
    MILLRACE_TRY_ASSIGN(document, decode_document(std::move(datum), file, limits.depth));
    for (Workflow& workflow : document.workflows) whole.workflows.push_back(std::move(workflow));
    for (auto& skipped : document.skipped) whole.skipped.push_back(std::move(skipped));
  }
  return whole;
}

}  // namespace millrace
