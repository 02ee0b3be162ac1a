// Any bytes as an expression: parsing ends in a tree or an error, and what was parsed prints to
// something that parses to the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "expression/parser.h"
#include "expression/printer.h"
#include "expression/program.h"

using namespace millrace;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  const auto syntax = parse_expression(source, {});
  if (!syntax) return 0;
  const std::string printed = print_expression(*syntax);
  const auto again = parse_expression(printed, {.source_bytes = 10 * printed.size() + 1});
  if (!again || print_expression(*again) != printed) std::abort();
  auto names = make_ref<Names>();
  if (!compile_expression(source, *names)) std::abort();
  return 0;
}
