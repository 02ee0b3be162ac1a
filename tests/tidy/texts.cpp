#include <array>
#include <cctype>

#include "tidy/rules.h"

namespace millrace::tidy {
namespace {

bool is_path_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '-' ||
         c == '$' || c == '}';
}

}  // namespace

Findings check_todo(const Source& source) {
  constexpr std::array<std::string_view, 3> kWords = {"TODO", "FIXME", "XXX"};
  Findings findings;
  const std::vector<Token> words = tokens_of(source.comments());
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i].text;
    bool is_mark = false;
    for (const std::string_view mark : kWords) is_mark = is_mark || word == mark;
    if (!is_mark) continue;
    const bool has_reason =
        i + 2 < words.size() && words[i + 1].text == "(" && words[i + 2].text != ")";
    if (!has_reason) {
      findings.push_back(source.finding(
          words[i].offset, std::string(word) + " without a reason: write TODO(why it is left)"));
    }
  }
  return findings;
}

Findings check_machine_paths(std::string_view path, std::string_view text) {
  // In two pieces, so that this file does not find itself.
  constexpr std::array<std::string_view, 3> kRoots = {
      "/wo"
      "rk/",
      "/ho"
      "me/",
      "/ro"
      "ot/"};
  Findings findings;
  for (const std::string_view root : kRoots) {
    for (std::size_t at = text.find(root); at != std::string_view::npos;
         at = text.find(root, at + 1)) {
      if (at > 0 && is_path_character(text[at - 1])) continue;  // part of a longer path
      std::size_t line = 1;
      for (const char c : text.substr(0, at)) line += c == '\n' ? 1 : 0;
      findings.push_back({std::string(path), line, "a path of one machine: " + std::string(root)});
    }
  }
  return findings;
}

}  // namespace millrace::tidy
