#include "net/server/server_request.h"

#include "base/ascii.h"

namespace millrace {

const std::string* ServerRequest::header(std::string_view name) const {
  const std::string wanted = ascii_lower(name);
  for (const auto& [known, value] : headers) {
    if (known.size() == wanted.size() && ascii_lower(known) == wanted) return &value;
  }
  return nullptr;
}

}  // namespace millrace
