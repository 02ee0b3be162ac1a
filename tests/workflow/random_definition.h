// Definitions made at random from a seed: every field of the model there or not, texts that are
// hostile to YAML and JSON, and fields that nobody knows at every level.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "workflow/definition.h"

namespace millrace {

class RandomDefinition {
 public:
  explicit RandomDefinition(std::uint64_t seed) : random_(seed) {}

  Workflow workflow();

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }
  bool chance(unsigned percent) { return below(100) < percent; }

  std::string raw_text();
  std::string number();
  Text maybe_text();
  Text maybe_number();
  Text maybe_id();
  std::optional<bool> maybe_flag();
  Datum scalar();
  Datum datum(int depth);
  Members members(int depth);
  Datum typed(int depth);
  std::optional<Datum> maybe_map();
  std::optional<Datum> maybe_list();
  Members others();

  Test test();
  Expression expression();
  Limits limits();
  Retry retry();
  Stamps stamps();
  Step step();
  Path path();
  Trigger trigger();

  std::mt19937_64 random_;
};

}  // namespace millrace
