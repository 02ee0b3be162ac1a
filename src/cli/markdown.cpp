#include "cli/markdown.h"

namespace millrace {

std::string markdown_code(std::string_view text) {
  const bool blanks = text.starts_with(' ') || text.ends_with(' ');
  const bool quoted = text.find('`') != std::string_view::npos;
  const std::string fence = quoted ? "``" : "`";
  const std::string_view gap = quoted || blanks ? " " : "";
  return fence + std::string(gap) + std::string(text) + std::string(gap) + fence;
}

}  // namespace millrace
