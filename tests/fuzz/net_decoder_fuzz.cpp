// Compressed data from anybody. The first byte chooses the coding and the size of the pieces:
// however it is cut, the same comes out.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "net/decode/decoder.h"

namespace {

constexpr std::size_t kMost = 1 << 20;  // enough of a bomb

std::string decode(std::string_view coding, std::string_view input, std::size_t piece) {
  auto decoder = millrace::make_decoder(coding, 3);
  if (!decoder || !*decoder) return "none";
  std::string out;
  std::string room(piece, '\0');
  while (out.size() < kMost) {
    auto step = (*decoder)->decode(input.substr(0, piece), room);
    if (!step) return "corrupt";
    if (step->consumed > piece || step->produced > room.size()) std::abort();
    out.append(room, 0, step->produced);
    input.remove_prefix(step->consumed);
    if (step->consumed == 0 && step->produced == 0 && !step->pending) {
      if (!input.empty()) std::abort();  // it would never end
      return (*decoder)->finish() ? out : "cut short";
    }
  }
  return "large";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr std::string_view kCodings[] = {"gzip", "deflate", "br", "zstd", "gzip, br"};
  const std::string_view coding = kCodings[data[0] % 5];
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string large = decode(coding, input, 4096);
  const std::string small = decode(coding, input, 1 + data[0] / 5 % 7);
  // Corruption may be found before or after the output in front of it, but a success is a success.
  if (large != "corrupt" && small != "corrupt" && large != small) std::abort();
  return 0;
}
