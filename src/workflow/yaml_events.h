// YAML and JSON as a stream of events, through libfyaml's event interface: the only file that knows
// the library. See docs/decisions/0004-libfyaml-events.md.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "workflow/read_limits.h"
#include "workflow/source_text.h"

namespace millrace {

struct YamlEvent {
  enum class Type : std::uint8_t {
    document_start,
    document_end,
    scalar,
    alias,  // text is the anchor's name
    list_start,
    list_end,
    map_start,
    map_end,
  };
  enum class Style : std::uint8_t { plain, single_quoted, double_quoted, literal, folded };

  Type type = Type::document_end;
  Style style = Style::plain;
  Position at;               // unknown for what is only implied, such as the value in "key:"
  bool verbatim = false;     // the text stands in the file as it is, character by character
  std::uint32_t set_in = 0;  // of a block: the column where its first line that is not blank begins
  std::string_view text;     // valid until the next event, as are anchor and tag
  std::string_view anchor;   // empty: none
  std::string_view tag;      // in full, "tag:yaml.org,2002:str"; empty: none
};

class YamlEvents {
 public:
  // `source` outlives the reader.
  YamlEvents(const SourceText& source, Format format, const ReadLimits& limits);
  ~YamlEvents();
  YamlEvents(const YamlEvents&) = delete;
  YamlEvents& operator=(const YamlEvents&) = delete;

  // The next event; nothing at the end of the text. An error's `where` is "line:column".
  Result<std::optional<YamlEvent>> next();

 private:
  struct Library;
  std::unique_ptr<Library> library_;
};

}  // namespace millrace
