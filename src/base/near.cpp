#include "base/near.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "base/ascii.h"

namespace millrace {
namespace {

// Names longer than this are not compared: a user cannot have meant them by a slip of the finger.
constexpr std::size_t kLongest = 64;

std::size_t change_cost(char a, char b) {
  if (a == b) return 0;
  return ascii_lower(a) == ascii_lower(b) ? 1 : 2;
}

// Edit distance in half steps: 2 for an insertion, removal, change or swap of neighbours.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::vector<std::size_t> next(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = 2 * j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    next[0] = 2 * i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      next[j] =
          std::min({row[j] + 2, next[j - 1] + 2, row[j - 1] + change_cost(a[i - 1], b[j - 1])});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) next[j] = std::min(next[j], before[j - 2] + 2);
    }
    std::swap(before, row);
    std::swap(row, next);
  }
  return row[b.size()];
}

bool is_same_but_for_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return ascii_lower(x) == ascii_lower(y); });
}

std::size_t letters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

}  // namespace

std::optional<std::string_view> nearest(std::string_view name,
                                        std::span<const std::string_view> candidates) {
  if (name.size() > kLongest) return std::nullopt;
  const bool is_short = letters(name) <= 2;
  std::size_t best = std::max<std::size_t>(2, 2 * (name.size() / 3)) + 1;
  std::optional<std::string_view> found;
  for (const std::string_view candidate : candidates) {
    if (candidate.size() > kLongest) continue;
    if (is_short && !is_same_but_for_case(name, candidate)) continue;
    const std::size_t d = distance(name, candidate);
    if (d >= best) continue;
    best = d;
    found = candidate;
  }
  return found;
}

}  // namespace millrace
