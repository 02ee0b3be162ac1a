#include "base/random.h"

namespace millrace {

Random Random::from_system() {
  std::random_device device;
  return Random((static_cast<std::uint64_t>(device()) << 32) | device());
}

}  // namespace millrace
