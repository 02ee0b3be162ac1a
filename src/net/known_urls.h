// URLs that were parsed lately. The step of a workflow asks the same one again and again, and
// parsing it takes longer than all else that is done to prepare a request. Bounded. One per HTTP
// client.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>

#include "net/request_url.h"

namespace millrace {

class KnownUrls {
 public:
  // As RequestUrl::parse.
  Result<RequestUrl> parse(const std::string& text);

 private:
  std::unordered_map<std::string, RequestUrl> known_;
};

}  // namespace millrace
