#include "value/path.h"

namespace millrace {
namespace {

Error bad_target(std::string_view text, std::size_t at, std::string_view what) {
  return Error(ErrorKind::invalid, "the target \"" + std::string(text) + "\" " + std::string(what) +
                                       " at character " + std::to_string(at + 1) +
                                       ": write it as name, name.key, name[0] or name[0].key");
}

}  // namespace

Result<Target> parse_target(std::string_view text) {
  if (text.empty()) return Error(ErrorKind::invalid, "the target is empty: name a variable");
  Target target;
  std::size_t at = 0;
  bool expects_name = true;  // at the beginning and after a dot
  while (at < text.size() || expects_name) {
    const char c = at < text.size() ? text[at] : '\0';
    if (expects_name) {
      const std::size_t end = std::min(text.find_first_of(".[]", at), text.size());
      if (end == at) return bad_target(text, at, "lacks a name");
      target.segments.push_back({std::string(text.substr(at, end - at)), false});
      at = end;
      expects_name = false;
    } else if (c == '.') {
      ++at;
      expects_name = true;
    } else if (c == '[') {
      const std::size_t end = text.find(']', at);
      if (end == std::string_view::npos) return bad_target(text, at, "opens a bracket without end");
      target.segments.push_back({std::string(text.substr(at + 1, end - at - 1)), true});
      at = end + 1;
    } else {
      return bad_target(text, at, "has a character out of place");
    }
  }
  return target;
}

}  // namespace millrace
