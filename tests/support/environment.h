// What whoever runs the tests asks for by variables.
#pragma once

#include <cstdint>
#include <cstdlib>

namespace millrace::support {

inline std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

}  // namespace millrace::support
