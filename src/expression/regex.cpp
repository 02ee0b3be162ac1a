#include "expression/regex.h"

#include <re2/re2.h>

#include <algorithm>
#include <utility>

namespace millrace {
namespace {

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

Result<Regex> compile_regex(std::string_view pattern, const RegexLimits& limits) {
  if (pattern.size() > limits.source_bytes) {
    return Error(ErrorKind::exhausted, "this regular expression is " +
                                           std::to_string(pattern.size()) +
                                           " bytes long, longer than the limit of " +
                                           std::to_string(limits.source_bytes));
  }
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(static_cast<std::int64_t>(limits.memory_bytes));
  auto regex = std::make_shared<const re2::RE2>(piece(pattern), options);
  if (regex->ok()) return Regex(std::move(regex));
  std::string message = "this is no regular expression: " + regex->error();
  return Error(ErrorKind::invalid, std::move(message));
}

bool regex_found(const re2::RE2& regex, std::string_view text) {
  return regex.Match(piece(text), 0, text.size(), re2::RE2::UNANCHORED, nullptr, 0);
}

RegexCache& RegexCache::of_thread() {
  thread_local RegexCache cache;
  return cache;
}

Result<Regex> RegexCache::find(std::string_view pattern) {
  const auto known = std::find_if(entries_.rbegin(), entries_.rend(),
                                  [&](const Entry& entry) { return entry.pattern == pattern; });
  if (known != entries_.rend()) {
    std::rotate(known.base() - 1, known.base(), entries_.end());
    return entries_.back().regex;
  }
  MILLRACE_TRY_ASSIGN(regex, compile_regex(pattern));
  if (entries_.size() == kCapacity) entries_.erase(entries_.begin());
  entries_.push_back({std::string(pattern), regex});
  return std::move(regex);
}

}  // namespace millrace
