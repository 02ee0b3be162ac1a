// Regular expressions of the language: RE2's syntax, so matching takes linear time. Constant ones
// are compiled with their program; the others are found in a small cache.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace re2 {
class RE2;
}

namespace millrace {

struct RegexLimits {
  std::size_t source_bytes = 16 * 1024;
  std::size_t memory_bytes = 8 * 1024 * 1024;  // of the compiled form and its working states
};

using Regex = std::shared_ptr<const re2::RE2>;

// A bad or too large pattern is an error that says where it goes wrong.
Result<Regex> compile_regex(std::string_view pattern, const RegexLimits& limits = {});

// Whether the pattern is found anywhere in `text`.
bool regex_found(const re2::RE2& regex, std::string_view text);

// The patterns met last, least recently used first to go. One per thread, so that it needs no lock.
class RegexCache {
 public:
  static RegexCache& of_thread();
  Result<Regex> find(std::string_view pattern);

 private:
  static constexpr std::size_t kCapacity = 32;
  struct Entry {
    std::string pattern;
    Regex regex;
  };
  std::vector<Entry> entries_;  // most recently used last
};

}  // namespace millrace
