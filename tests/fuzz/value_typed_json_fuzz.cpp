// Hostile JSON: any bytes give a value or an error with a message, and what was read comes back the
// same after it has been written.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "value/json.h"

namespace millrace {
namespace {

void demand(bool holds) {
  if (!holds) std::abort();
}

Value read_again(const Value& value) {
  const auto written = to_typed_json(value);
  demand(written.has_value());
  const JsonLimits own{.bytes = kMaxJsonBytes, .depth = 2 * kMaxNesting + 4};
  auto again = from_typed_json(*written, own);
  demand(again.has_value());
  return std::move(*again);
}

void check_typed(const Result<Value>& value) {
  if (!value) {
    demand(!value.error().message().empty());
    return;
  }
  // Writing mends bytes that are not UTF-8, which may change the order of keys or make two of them
  // one: what has been read back once stays as it is.
  const Value mended = read_again(*value);
  demand(*to_typed_json(read_again(mended)) == *to_typed_json(mended));
}

}  // namespace
}  // namespace millrace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace millrace;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_typed(parse_json(text));
  demand(parse_exact_json(text).has_value() == parse_json(text).has_value());
  check_typed(from_typed_json(text));
  if (const auto input = from_json_input(text)) check_typed(Value::vars(*input));
  return 0;
}
