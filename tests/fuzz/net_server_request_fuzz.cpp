// Requests from anybody. The first byte chooses the size of the pieces: however they are cut, the
// same requests are understood, and none is larger than its limits.
#include <cstdint>
#include <cstdlib>

#include "net/reading_requests.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace millrace;
  if (size == 0) return 0;
  ServerLimits limits;
  limits.header_bytes = 512;
  limits.header_fields = 16;
  limits.body_bytes = 1024;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const ReadRequests whole = read_requests(bytes, bytes.size(), limits);
  const ReadRequests pieces = read_requests(bytes, 1 + data[0] % 40, limits);
  if (!agree(whole, pieces)) std::abort();
  if (whole.told.size() > bytes.size() * 2) std::abort();
  return 0;
}
