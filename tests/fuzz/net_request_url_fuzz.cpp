// URLs and redirects from anybody: what is accepted has a host, a port and an allowed scheme, and
// reads back as itself.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "net/request_url.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using millrace::RequestUrl;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto base = RequestUrl::parse("http://example.com/a/b?c");
  for (const auto& url : {RequestUrl::parse(text), base->resolve(text)}) {
    if (!url) continue;
    if (url->host().empty() || url->port() == 0) std::abort();
    const auto again = RequestUrl::parse(url->text());
    if (!again || !again->same_origin(*url)) std::abort();
  }
  return 0;
}
