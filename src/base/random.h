// Randomness as a port, so that a run can be repeated from its seed.
#pragma once

#include <cstdint>
#include <random>

namespace millrace {

// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators"): its whole
// state is one number, which a session keeps while it is suspended. Not for secrets.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  // Seeded from the operating system.
  static Random from_system();

  std::uint64_t bits() {
    std::uint64_t mixed = state_ += 0x9E37'79B9'7F4A'7C15ULL;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58'476D'1CE4'E5B9ULL;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D0'49BB'1331'11EBULL;
    return mixed ^ (mixed >> 31);
  }
  // Uniform in [0, 1).
  double unit() { return static_cast<double>(bits() >> 11) * 0x1.0p-53; }
  // Uniform in [0, n); n > 0.
  std::uint64_t below(std::uint64_t n) {
    Engine engine{*this};
    return std::uniform_int_distribution<std::uint64_t>(0, n - 1)(engine);
  }

  // A Random of this seed goes on as this one would.
  std::uint64_t state() const { return state_; }

 private:
  // What the standard's distributions draw from.
  struct Engine {
    using result_type = std::uint64_t;
    static constexpr result_type min() { return 0; }
    static constexpr result_type max() { return ~result_type{0}; }
    result_type operator()() { return random.bits(); }
    Random& random;
  };

  std::uint64_t state_;
};

}  // namespace millrace
