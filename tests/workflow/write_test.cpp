// What is written is read back as it was: for the reference's workflows, for everything a workflow
// can have, and for definitions made at random.
#include "workflow/write.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <filesystem>

#include "workflow/difference.h"
#include "workflow/encode.h"
#include "workflow/load.h"
#include "workflow/read_data.h"
#include "workflow/reading.h"

namespace millrace {
namespace {

void expect_round_trip(const std::vector<Workflow>& workflows, const std::string& text,
                       Format format) {
  const auto again = read_document(text, "again", format);
  ASSERT_TRUE(again) << again.error().to_line() << "\n" << text;
  ASSERT_EQ(again->workflows.size(), workflows.size());
  for (std::size_t i = 0; i < workflows.size(); ++i) {
    EXPECT_EQ(difference(workflows[i], again->workflows[i]), "") << text;
    EXPECT_TRUE(same_content(workflows[i], again->workflows[i])) << text;
  }
}

TEST(Write, GivesTheReferenceBack) {
  for (const auto& entry :
       std::filesystem::directory_iterator(MILLRACE_SOURCE_DIR "/tests/reference/workflows")) {
    if (entry.path().extension() != ".yaml") continue;
    const auto document = load_file(entry.path());
    ASSERT_TRUE(document);
    expect_round_trip(document->workflows, write_yaml(document->workflows), Format::yaml);
    expect_round_trip(document->workflows, write_json(document->workflows), Format::json);
  }
}

TEST(Write, LosesNothing) {
  const Workflow workflow = one_workflow(R"(
handle: orders
workflowID: "123456789012345678"
enabled: false
trace: true
keepSessions: 60
runAs: 7
ownedBy: 8
createdAt: 2024-01-01T00:00:00Z
deletedBy: 9
meta: { visual: { x: 1.5, y: -2, list: [null, true, "true", "1", ""] } }
labels: { a: b }
issues: [ { culprit: { step: 1 } } ]
scope: { n: { "@type": Integer, "@value": 4 } }
limits: { timeout: 5m, cleanup: 1s, concurrency: 2, overlap: queue, memory: 5000, steps: 9, x: y }
unknown: { "a b": "- c", "#": "multi\n  line\n", empty: {}, none: [] }
steps:
  - { stepID: "01", kind: a, ref: b, effect: c, meta: { q: 1 }, labels: { z: "0" }, other: 1,
      limits: { timeout: 1s }, retry: { attempts: 2, backoff: 1s, maxBackoff: 2s, jitter: 0.5, kinds: [a, b], z: 1 },
      arguments: [ { target: t, type: u, source: v, expr: w, value: { a: [1] }, tests: [ { expr: a, error: b, c: d } ], more: 1 } ],
      results: [ { target: r, value: false } ] }
paths: [ { parentID: 1, childID: 2, expr: "a > b", meta: { m: 1 }, n: 2 } ]
triggers: [ { triggerID: 1, workflowID: 2, stepID: 3, resourceType: r, eventType: e, enabled: true,
              constraints: [ { name: c } ], input: { a: 1 }, catchUp: once, overlap: skip, meta: { a: 1 },
              labels: { a: b }, ownedBy: 1, updatedBy: 2, limits: { timeout: 1s }, extra: 1 } ]
)");
  expect_round_trip({workflow}, write_yaml({workflow}), Format::yaml);
  expect_round_trip({workflow}, write_json({workflow}), Format::json);
  EXPECT_NE(write_json({workflow}).find(R"("stepID":"01")"), std::string::npos);
}

TEST(Write, KeepsAMetaTimeoutThatMakesNoSense) {
  for (const char* timeout : {"soon", "5", "1.5", "[ 1s, { a: null } ]", "{ a: 1 }", "true", "~"}) {
    const Workflow workflow =
        one_workflow(std::string("handle: orders\nsteps: [ { stepID: 1, meta: { timeout: ") +
                     timeout + ", other: 1 } } ]\n");
    expect_round_trip({workflow}, write_yaml({workflow}), Format::yaml);
    expect_round_trip({workflow}, write_json({workflow}), Format::json);
  }
}

TEST(Write, LooksAsPeopleWriteIt) {
  const Workflow workflow = one_workflow(R"(
handle: orders
steps:
  - { stepID: 1, kind: expressions, arguments: [ { target: a, type: String, expr: 'b + "c"' } ] }
  - { stepID: 2, kind: function, ref: jsenvExecute, arguments: [ { target: source, value: "let a = 1;\n\nreturn a;\n" } ] }
paths: [ { parentID: 1, childID: 2 } ]
)");
  EXPECT_EQ(write_yaml({workflow}),
            "workflows:\n"
            "  orders:\n"
            "    steps:\n"
            "      - stepID: 1\n"
            "        kind: expressions\n"
            "        arguments:\n"
            "          - target: a\n"
            "            type: String\n"
            "            expr: \"b + \\\"c\\\"\"\n"
            "      - stepID: 2\n"
            "        kind: function\n"
            "        ref: jsenvExecute\n"
            "        arguments:\n"
            "          - target: source\n"
            "            value: |\n"
            "              let a = 1;\n"
            "\n"
            "              return a;\n"
            "    paths:\n"
            "      - parentID: 1\n"
            "        childID: 2\n");
}

TEST(Write, SpellsNumbersAsJsonDoes) {
  const auto data = read_data(
      "[0x1F, 0o17, +5, -007, .5, -5., 1.e3, 1E-7, 00.10, .inf, -.INF, .NaN, 0x10000000000000000]",
      "file", Format::yaml);
  ASSERT_TRUE(data);
  EXPECT_EQ(to_json(data->front()),
            "[31,15,5,-7,0.5,-5.0,1.0e3,1E-7,0.10,\"+Inf\",\"-Inf\",\"NaN\","
            "\"0x10000000000000000\"]");
}

TEST(Write, WritesTextsOfSeveralLinesAsBlocks) {
  const auto yaml = [](std::string text) {
    return to_yaml(Datum(Datum::Kind::text, std::move(text)));
  };
  EXPECT_EQ(yaml("a\n\n  b\n"), "|\n  a\n\n    b\n");
  EXPECT_EQ(yaml("a\nb\t# c"), "|-\n  a\n  b\t# c\n");
  EXPECT_EQ(yaml("a\nb\n\n"), "\"a\\nb\\n\\n\"\n");
  EXPECT_EQ(yaml("a\nb "), "\"a\\nb \"\n");
  EXPECT_EQ(yaml("a\n\tb\n"), "\"a\\n\\tb\\n\"\n");
}

// Found by the round trips of definitions made at random, and by fuzzing.
TEST(Write, KeepsWhatWasLostOnce) {
  for (const char* text :
       {"handle: a\nlabels: { x: \"\\u007f\" }\nsteps: []",  // DEL, which files may not hold
        "handle: a\nkeepSessions: 0x1F\nlimits: { steps: '+5', memory: 007, concurrency: '1.' }",
        "handle: a\nsteps: [ { stepID: null, id: 5 } ]\npaths: [ { parentID: ~, parentid: 4 } ]"}) {
    const Workflow workflow = one_workflow(text);
    expect_round_trip({workflow}, write_yaml({workflow}), Format::yaml);
    expect_round_trip({workflow}, write_json({workflow}), Format::json);
  }
}

TEST(Write, KeepsTwoWorkflowsOfOneHandleApart) {
  Workflow one;
  one.handle.text = "same";
  expect_round_trip({one, one}, write_yaml({one, one}), Format::yaml);
}

// Texts with what is special in YAML, JSON and UTF-8.
rc::Gen<std::string> any_text() {
  const auto piece = rc::gen::element<std::string>(
      "a", "B", "0", "1", " ", "\n", "\t", "\r", ":", ": ", "#", " #", "-", "- ", "?", "&", "*",
      "!", "|", ">", "'", "\"", "\\", "%", "@", "`", "{", "}", "[", "]", ",", "~", "null", "true",
      "1e3", "0x1", "<<", "é", "€", "😀", "\u2028", "\u0085", "\uFEFF", ".", "=", "yes", "---",
      "...");
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece), [](const auto& pieces) {
    std::string text;
    for (const std::string& part : pieces) text += part;
    return text;
  });
}

rc::Gen<Datum> any_scalar() {
  return rc::gen::oneOf(
      rc::gen::just(Datum()),
      rc::gen::map(rc::gen::arbitrary<bool>(),
                   [](bool flag) { return Datum(Datum::Kind::boolean, flag ? "true" : "false"); }),
      rc::gen::map(
          rc::gen::arbitrary<std::int64_t>(),
          [](std::int64_t number) { return Datum(Datum::Kind::integer, std::to_string(number)); }),
      rc::gen::map(
          rc::gen::element<std::string>("1.5", "-0.25", "1e+20", "2E-7", "0.0"),
          [](std::string number) { return Datum(Datum::Kind::number, std::move(number)); }),
      rc::gen::map(any_text(),
                   [](std::string text) { return Datum(Datum::Kind::text, std::move(text)); }));
}

rc::Gen<Datum> any_datum(int depth) {
  if (depth == 0) return any_scalar();
  const auto list = rc::gen::map(
      rc::gen::resize(
          4, rc::gen::container<Data>(rc::gen::lazy([depth] { return any_datum(depth - 1); }))),
      [](Data items) { return Datum(std::move(items)); });
  const auto map = rc::gen::map(
      rc::gen::resize(4, rc::gen::container<std::map<std::string, Datum>>(
                             any_text(), rc::gen::lazy([depth] { return any_datum(depth - 1); }))),
      [](const std::map<std::string, Datum>& entries) {
        Members members;
        for (const auto& [key, value] : entries) members.push_back({key, {}, value});
        return Datum(std::move(members));
      });
  return rc::gen::weightedOneOf<Datum>({{2, any_scalar()}, {1, list}, {1, map}});
}

RC_GTEST_PROP(Write, AnyDataComesBack, ()) {
  const Datum datum = *any_datum(4);
  const auto from_yaml = read_data(to_yaml(datum), "yaml", Format::yaml);
  RC_ASSERT(from_yaml.has_value());
  RC_ASSERT(from_yaml->size() == 1U);
  RC_ASSERT(from_yaml->front() == datum);
  const auto from_json = read_data(to_json(datum), "json", Format::json);
  RC_ASSERT(from_json.has_value());
  RC_ASSERT(from_json->front() == datum);
}

}  // namespace
}  // namespace millrace
