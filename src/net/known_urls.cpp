#include "net/known_urls.h"

namespace millrace {
namespace {

constexpr std::size_t kMost = 256;
constexpr std::size_t kLongest = 512;  // bytes of a text that is remembered

}  // namespace

Result<RequestUrl> KnownUrls::parse(const std::string& text) {
  const auto known = known_.find(text);
  if (known != known_.end()) return known->second;
  auto parsed = RequestUrl::parse(text);
  // One that says a password is nobody's to keep.
  if (!parsed || parsed->credentials() || text.size() > kLongest) return parsed;
  if (known_.size() >= kMost) known_.clear();
  known_.emplace(text, *parsed);
  return parsed;
}

}  // namespace millrace
