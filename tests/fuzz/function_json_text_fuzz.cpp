// Any bytes as a template of jsonParserTemplate and as an object written the way JavaScript has it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "function/json/json_template.h"
#include "function/json/object_literal.h"
#include "value/json.h"

namespace millrace {
namespace {

void demand(bool holds) {
  if (!holds) std::abort();
}

// A text with a value of each kind filled in stands between quotes as it did before.
void check_template(std::string_view text) {
  static const Dict kVars = *from_json_input(R"({
    "a": "q\"b\\\n\r\t\u0001\u2028", "": 1e300, "l": [1, {"x": "}\""}], "n": null,
    "v": {"@type": "Vars", "@value": {"a": {"@type": "KV", "@value": {"a": "\""}}}}})");
  const auto is_json = [](const std::string& content) {
    return parse_json("\"" + content + "\"").has_value();
  };
  Fuel fuel({.operations = 1'000'000, .bytes = 1 << 20});
  const auto filled = fill_template(fuel, text, kVars);
  demand(filled || filled.error().kind() == ErrorKind::exhausted);
  // A placeholder may take a quote or a backslash of the text along.
  const bool is_whole = text.find_first_of("\"\\") == std::string_view::npos;
  if (filled && is_whole && is_json(std::string(text))) demand(is_json(*filled));
}

// What is JSON and has no backquotes outside of its texts stays what it was.
void check_literal(std::string_view text) {
  const std::string mended = mend_object_literal(text);
  demand(mended.size() <= 2 * text.size() + 1);
  const auto before = parse_json(text);
  if (before) demand(mended == text);
}

}  // namespace
}  // namespace millrace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  millrace::check_template(text);
  millrace::check_literal(text);
  return 0;
}
