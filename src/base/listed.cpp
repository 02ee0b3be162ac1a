#include "base/listed.h"

#include <fmt/format.h>

#include <algorithm>

namespace millrace {

std::string listed(std::span<const std::string_view> names) {
  constexpr std::size_t kMost = 10;
  const auto first = names.first(std::min(kMost, names.size()));
  std::string text = fmt::format("{}", fmt::join(first, ", "));
  if (names.size() > kMost) text += fmt::format(" and {} more", names.size() - kMost);
  return text;
}

}  // namespace millrace
