// Payloads of records that nobody wrote: an error, or something that can be written again.
#include <cstddef>
#include <cstdint>

#include "engine/session_image.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (auto image = millrace::read_image(bytes)) {
    if (auto facts = millrace::pack_facts(image->facts))
      (void)millrace::write_image(*image, *facts);
  }
  if (auto outcome = millrace::read_outcome(bytes)) (void)millrace::write_outcome(*outcome);
  return 0;
}
