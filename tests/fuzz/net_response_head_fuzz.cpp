// The head of a response from anybody: no crash, no more than its limits.
#include <algorithm>
#include <cstdint>
#include <string_view>

#include "net/response_head.h"
#include "net/retry.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace millrace;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const HttpLimits limits;
  ResponseHead head(limits);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    if (!head.add_line(text.substr(0, end))) break;
    text.remove_prefix(end);
  }
  if (const auto* after = head.find("Retry-After")) parse_retry_after(*after, WallTime{});
  return 0;
}
