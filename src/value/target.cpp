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
  std::size_t begin = 0;  // of the current segment
  const auto end_segment = [&](std::size_t end) {
    target.segments.push_back({std::string(text.substr(begin, end - begin))});
    begin = end + 1;
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const bool opens = c == '.' || c == '[';
    if (!opens && c != ']') continue;
    const bool is_last = at + 1 == text.size();
    if (at == 0) return bad_target(text, at, "lacks a name");
    if (opens && is_last) return bad_target(text, at + 1, "lacks a key");
    if (opens && text[at - 1] == ']') {
      begin = at + 1;  // the segment has ended already
      continue;
    }
    if (c == ']' && !is_last && text[at + 1] != '.' && text[at + 1] != '[') {
      return bad_target(text, at + 1, "has a character out of place");
    }
    end_segment(at);
  }
  if (text.back() != ']') end_segment(text.size());
  return target;
}

}  // namespace millrace
