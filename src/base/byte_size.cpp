#include "base/byte_size.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <limits>

namespace millrace {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t bytes;
};

// The binary ones, largest first, then those that are only read.
constexpr std::size_t kBinary = 5;
constexpr std::array<Unit, 9> kUnits{{{"TiB", 1ULL << 40U},
                                      {"GiB", 1ULL << 30U},
                                      {"MiB", 1ULL << 20U},
                                      {"KiB", 1ULL << 10U},
                                      {"B", 1},
                                      {"TB", 1'000'000'000'000},
                                      {"GB", 1'000'000'000},
                                      {"MB", 1'000'000},
                                      {"kB", 1'000}}};

Error no_size(std::string_view text) {
  return {
      ErrorKind::invalid,
      fmt::format("\"{}\" is no number of bytes: write one such as 4096, 256 KiB or 64MiB", text)};
}

}  // namespace

std::string format_byte_size(std::uint64_t bytes) {
  for (std::size_t i = 0; i + 1 < kBinary; ++i) {
    if (bytes != 0 && bytes % kUnits[i].bytes == 0) {
      return fmt::format("{} {}", bytes / kUnits[i].bytes, kUnits[i].name);
    }
  }
  return fmt::format("{} B", bytes);
}

Result<std::uint64_t> parse_byte_size(std::string_view text) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc{}) return no_size(text);
  std::string_view unit(read.ptr, static_cast<std::size_t>(end - read.ptr));
  if (unit.empty()) unit = "B";
  if (unit.front() == ' ') unit.remove_prefix(1);
  for (const Unit& known : kUnits) {
    if (known.name != unit) continue;
    if (number > kMost / known.bytes) return no_size(text);
    return number * known.bytes;
  }
  return no_size(text);
}

}  // namespace millrace
