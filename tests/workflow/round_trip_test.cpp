// What is written and read again is what it was, to the last field, in YAML, in JSON and across.
#include <gtest/gtest.h>

#include "workflow/difference.h"
#include "workflow/encode.h"
#include "workflow/plan.h"
#include "workflow/random_definition.h"
#include "workflow/reading.h"
#include "workflow/write.h"

namespace millrace {
namespace {

using Workflows = std::vector<Workflow>;

// As people name them in a message.
std::string_view name_of(Format format) { return format == Format::yaml ? "YAML" : "JSON"; }

std::string written(const Workflows& workflows, Format format) {
  return format == Format::yaml ? write_yaml(workflows) : write_json(workflows);
}

// Writes and reads `before`; the difference to `wanted`, or what went wrong.
std::string lost_in(Format format, const Workflows& before, const Workflows& wanted,
                    Workflows& after) {
  const std::string text = written(before, format);
  auto document = read_document(text, "again", format);
  if (!document) return document.error().to_line() + "\n" + text;
  if (document->workflows.size() != wanted.size()) return "another number of workflows\n" + text;
  after = std::move(document->workflows);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const std::string found = difference(wanted[i], after[i]);
    if (!found.empty()) return std::string(name_of(format)) + found + "\n" + text;
    if (content_hash(wanted[i]) != content_hash(after[i])) return "the hash\n" + text;
  }
  return {};
}

std::string lost(const Workflows& workflows) {
  Workflows yaml;
  Workflows json;
  Workflows after;
  std::string found = lost_in(Format::yaml, workflows, workflows, yaml);
  if (found.empty()) found = lost_in(Format::json, workflows, workflows, json);
  if (found.empty()) found = lost_in(Format::json, yaml, workflows, after);
  if (found.empty()) found = lost_in(Format::yaml, json, workflows, after);
  return found;
}

TEST(RoundTrip, LosesNothingOfDefinitionsMadeAtRandom) {
  constexpr std::uint64_t kCases = 2500;
  for (std::uint64_t seed = 1; seed <= kCases; ++seed) {
    RandomDefinition random(seed);
    Workflows workflows;
    for (std::uint64_t count = seed % 3; count > 0 || workflows.empty(); count -= count > 0) {
      workflows.push_back(random.workflow());
    }
    ASSERT_EQ(lost(workflows), "") << "seed " << seed;
  }
}

}  // namespace
}  // namespace millrace
