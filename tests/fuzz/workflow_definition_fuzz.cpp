// Any bytes as a definition, in YAML and in JSON: read, verified, compiled, and where it reads,
// written and read again to the same. The first byte chooses the format.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string_view>

#include "workflow/encode.h"
#include "workflow/plan.h"
#include "workflow/read.h"
#include "workflow/stand_ins.h"
#include "workflow/verify.h"
#include "workflow/write.h"

namespace millrace {
namespace {

void expect(bool holds, std::string_view what) {
  if (holds) return;
  std::cerr << "broken: " << what << '\n';
  std::abort();
}

void check_round_trip(const Document& document, const std::string& text, Format format) {
  // What aliases repeat is written out, which may be more than a file may hold.
  constexpr std::size_t kLarge = 200'000;
  if (text.size() > kLarge) return;
  const auto again = read_document(text, "again", format);
  expect(again.has_value(), "what was written can be read");
  expect(again->workflows.size() == document.workflows.size(), "as many workflows");
  if (format == Format::json) {  // which spells numbers in its own way
    expect(write_json(again->workflows) == text, "the same text");
    return;
  }
  for (std::size_t i = 0; i < document.workflows.size(); ++i) {
    expect(same_content(document.workflows[i], again->workflows[i]), "the same content");
  }
}

void check(std::string_view text, Format format) {
  const auto document = read_document(text, "fuzz", format);
  if (!document) {
    expect(!document.error().message().empty(), "an error says something");
    return;
  }
  for (const Workflow& workflow : document->workflows) {
    const Verdict verdict = verify(workflow, stand_ins());
    const auto plan = compile_plan(workflow, stand_ins());
    expect(plan.has_value() == verdict.passes(), "what verifies compiles");
  }
  check_round_trip(*document, write_yaml(document->workflows), Format::yaml);
  check_round_trip(*document, write_json(document->workflows), Format::json);
}

}  // namespace
}  // namespace millrace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  millrace::check(text, data[0] % 2 == 0 ? millrace::Format::yaml : millrace::Format::json);
  return 0;
}
