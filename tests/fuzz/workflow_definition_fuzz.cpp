// Any bytes as a definition, in YAML and in JSON: read, verified, compiled, and where it reads,
// written and read again to the same in both formats and across. The first byte chooses the format.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

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

std::vector<Workflow> read_again(const std::string& text, Format format, std::size_t count) {
  auto again = read_document(text, "again", format);
  expect(again.has_value(), "what was written can be read");
  expect(again->workflows.size() == count, "as many workflows");
  return std::move(again->workflows);
}

// Written and read again in either format, and from one to the other, they are what they were. JSON
// spells numbers in its own way, and says so in the same way ever after.
void check_round_trips(const std::vector<Workflow>& workflows) {
  const std::string yaml = write_yaml(workflows);
  const std::string json = write_json(workflows);
  // What aliases repeat is written out, which may be more than a file may hold.
  constexpr std::size_t kLarge = 200'000;
  if (yaml.size() > kLarge || json.size() > kLarge) return;
  const auto from_yaml = read_again(yaml, Format::yaml, workflows.size());
  const auto from_json = read_again(json, Format::json, workflows.size());
  expect(write_yaml(from_yaml) == yaml, "the same YAML");
  expect(write_json(from_json) == json, "the same JSON");
  expect(write_json(from_yaml) == json, "the same JSON by way of YAML");
  const auto by_both = read_again(write_yaml(from_json), Format::yaml, workflows.size());
  expect(write_json(by_both) == json, "the same JSON by way of JSON and YAML");
  for (std::size_t i = 0; i < workflows.size(); ++i) {
    expect(same_content(workflows[i], from_yaml[i]), "the same content");
    const std::string hash = content_hash(workflows[i]);
    expect(content_hash(from_yaml[i]) == hash, "the same hash after YAML");
    expect(content_hash(from_json[i]) == hash, "the same hash after JSON");
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
  check_round_trips(document->workflows);
}

}  // namespace
}  // namespace millrace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  millrace::check(text, data[0] % 2 == 0 ? millrace::Format::yaml : millrace::Format::json);
  return 0;
}
