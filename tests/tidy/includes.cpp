#include <algorithm>

#include "tidy/rules.h"

namespace millrace::tidy {
namespace {

// The quoted includes of the file: where each is, and its path.
std::vector<Token> quoted_includes(const Source& source) {
  std::vector<Token> includes;
  const std::string_view code = source.code_with_texts();
  constexpr std::string_view kDirective = "#include \"";
  for (std::size_t at = code.find(kDirective); at != std::string_view::npos;
       at = code.find(kDirective, at + 1)) {
    const std::size_t begin = at + kDirective.size();
    const std::size_t end = code.find('"', begin);
    if (end == std::string_view::npos) break;
    includes.push_back({code.substr(begin, end - begin), at});
  }
  return includes;
}

}  // namespace

Findings check_includes(const Source& source, const std::vector<std::string>& order) {
  const std::string under_src = source.folder_under("src");
  const bool is_test = under_src.empty();
  const std::string folder = is_test ? source.folder_under("tests") : under_src;
  const auto own = std::find(order.begin(), order.end(), folder);
  Findings findings;
  if (own == order.end()) {
    if (!is_test)
      findings.push_back(source.finding(0, "the folder is not in the table of folders"));
    return findings;  // tests that are of no folder use all of them
  }
  for (const Token& include : quoted_includes(source)) {
    const std::string_view path = include.text;
    const std::string target(path.substr(0, path.find('/')));
    if (is_test && target == "support") continue;
    const bool is_neighbour = path.find('/') == std::string_view::npos;
    if (is_test && is_neighbour) continue;  // what the tests of one folder share
    const auto other = std::find(order.begin(), order.end(), target);
    if (other == order.end() || is_neighbour) {
      findings.push_back(source.finding(
          include.offset, "\"" + std::string(path) + "\": write the path from the folder's name"));
    } else if (other > own) {
      findings.push_back(source.finding(include.offset, std::string(folder)
                                                            .append("/ may not include ")
                                                            .append(target)
                                                            .append("/, which is below it")));
    }
  }
  return findings;
}

}  // namespace millrace::tidy
