// How much an evaluation may still do. One Fuel serves one step; running dry is an error of kind
// exhausted that names the limit.
#pragma once

#include <cstdint>

#include "base/error.h"

namespace millrace {

struct FuelLimits {
  std::uint64_t operations = 50'000'000;       // instructions and items visited, per step
  std::uint64_t bytes = 256ULL * 1024 * 1024;  // of values made, per step
};

class Fuel {
 public:
  explicit Fuel(const FuelLimits& limits)
      : limits_(limits), operations_(limits.operations), bytes_(limits.bytes) {}

  // False when dry: the caller returns exhausted().
  bool spend(std::uint64_t operations) {
    if (operations > operations_) {
      bytes_ran_out_ = false;
      return false;
    }
    operations_ -= operations;
    return true;
  }
  bool spend_bytes(std::uint64_t bytes) {
    if (bytes > bytes_) {
      bytes_ran_out_ = true;
      return false;
    }
    bytes_ -= bytes;
    return true;
  }
  // What has been done so far, in operations: making 64 bytes takes as long as one.
  std::uint64_t spent() const {
    return (limits_.operations - operations_) + (limits_.bytes - bytes_) / 64;
  }
  std::uint64_t spent_bytes() const { return limits_.bytes - bytes_; }
  // The error of what was refused last.
  Error exhausted() const;

 private:
  FuelLimits limits_;
  std::uint64_t operations_;
  std::uint64_t bytes_;
  bool bytes_ran_out_ = false;
};

}  // namespace millrace
