// Bytes of records that nobody wrote, or that a disk has changed: an error, or a record that gives
// the same bytes again. The first byte says of which kind; the checksum is mended, so that what
// lies behind it is reached too.
#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "store/record_bytes.h"

namespace {

constexpr std::uint64_t kSession = 0x0123'4567'89AB'CDEF;
constexpr std::size_t kHeader = 28;

std::uint32_t sum(std::string_view bytes, std::uint32_t from = 0) {
  return static_cast<std::uint32_t>(
      crc32_z(from, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

void mend(std::string& bytes) {
  const auto length = static_cast<std::uint32_t>(bytes.size() - kHeader);
  std::memcpy(bytes.data() + 4, &length, sizeof length);
  const std::string_view whole = bytes;
  const std::uint32_t checksum = sum(whole.substr(12), sum(whole.substr(0, 8)));
  std::memcpy(bytes.data() + 8, &checksum, sizeof checksum);
}

void expect(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::uint8_t which = data[0];
  std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if ((which & 4) == 0 && bytes.size() >= kHeader) mend(bytes);
  switch (which & 3) {
    case 0: {
      const auto record = millrace::decode_record(kSession, bytes);
      if (!record) break;
      const std::string again = millrace::encode_record(*record);
      expect(millrace::decode_record(kSession, again, record->payload).has_value());
      break;
    }
    case 1: {
      const auto prompt = millrace::decode_prompt(kSession, bytes);
      if (!prompt) break;
      expect(millrace::decode_prompt(kSession, millrace::encode_prompt(*prompt)).has_value());
      break;
    }
    case 2: (void)millrace::decode_chunk({kSession, 2, 200}, bytes); break;
    default: (void)millrace::decode_definition("hash", bytes); break;
  }
  return 0;
}
