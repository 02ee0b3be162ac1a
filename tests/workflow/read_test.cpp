#include "workflow/read.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "workflow/read_data.h"
#include "workflow/reading.h"
#include "workflow/write.h"

namespace millrace {
namespace {

TEST(Read, KeepsEveryFieldOfAWorkflow) {
  const Workflow workflow = one_workflow(R"(
workflows:
  orders:
    workflowID: 42
    enabled: true
    trace: no
    keepSessions: 3600
    runAs: ann
    meta: { name: Orders, subWorkflow: true, colour: blue }
    labels: { team: a }
    scope: { n: { "@type": Integer, "@value": 4 } }
    limits: { timeout: 5m, cleanup: 3s, steps: 1000 }
    somethingNew: [1, 2]
    triggers:
      - { stepID: 1, eventType: onInterval, constraints: [{ values: ["* * * * *"] }] }
    steps:
      - stepID: 1
        kind: function
        ref: logInfo
        retry: { attempts: 3, backoff: 1s, kinds: [unavailable] }
        effect: at-most-once
        arguments:
          - { target: message, type: String, expr: "'hi'", tests: [{ expr: "true", error: no }] }
      - { stepID: "two", kind: termination }
    paths:
      - { parentID: 1, childID: two, meta: { label: go } }
)");
  EXPECT_EQ(workflow.handle.text, "orders");
  EXPECT_EQ(workflow.id.text, "42");
  EXPECT_EQ(workflow.enabled, true);
  EXPECT_EQ(workflow.trace, false);
  EXPECT_EQ(workflow.keep_sessions.text, "3600");
  EXPECT_TRUE(is_sub_workflow(workflow));
  EXPECT_EQ(workflow.meta->find("colour")->text(), "blue");
  EXPECT_EQ(workflow.limits->timeout.text, "5m");
  ASSERT_EQ(workflow.others.size(), 1U);
  EXPECT_EQ(workflow.others[0].key, "somethingNew");
  ASSERT_EQ(workflow.triggers.size(), 1U);
  EXPECT_EQ(workflow.triggers[0].event_type.text, "onInterval");
  ASSERT_EQ(workflow.steps.size(), 2U);
  const Step& step = workflow.steps[0];
  EXPECT_EQ(step.retry->kinds[0].text, "unavailable");
  EXPECT_EQ(step.effect.text, "at-most-once");
  EXPECT_EQ(step.arguments[0].tests[0].expr.text, "true");
  EXPECT_EQ(workflow.steps[1].id.text, "two");
  EXPECT_EQ(workflow.paths[0].child.text, "two");
  EXPECT_EQ(workflow.paths[0].meta->find("label")->text(), "go");
}

TEST(Read, TakesTheSpellingOfTheReferencesExports) {
  const Workflow workflow = one_workflow(
      "workflows:\n"
      "  flow:\n"
      "    steps: [ { id: 7, kind: debug }, { id: 3, stepID: 8, kind: debug } ]\n"
      "    paths: [ { parentid: 7, childid: 8 }, { childid: 9, childID: 7, parentID: 8 } ]\n");
  EXPECT_EQ(workflow.steps[0].id.text, "7");
  EXPECT_TRUE(workflow.steps[0].others.empty());
  EXPECT_EQ(workflow.steps[1].id.text, "8");
  ASSERT_EQ(workflow.steps[1].others.size(), 1U);
  EXPECT_EQ(workflow.steps[1].others[0].key, "id");
  EXPECT_EQ(workflow.paths[0].parent.text, "7");
  EXPECT_EQ(workflow.paths[0].child.text, "8");
  EXPECT_EQ(workflow.paths[1].child.text, "7");
  ASSERT_EQ(workflow.paths[1].others.size(), 1U);
}

TEST(Read, KnowsWhereThingsStand) {
  const Workflow workflow = one_workflow(
      "workflows:\n"
      "  flow:\n"
      "    steps:\n"
      "      - stepID: 1\n"
      "        kind: expressions\n"
      "        arguments: [ { target: é, expr: \"a+b\" }, { expr: 'ümlaut' , target: x } ]\n"
      "    paths: []\n");
  const auto& arguments = workflow.steps[0].arguments;
  EXPECT_EQ(workflow.handle.at.line, 2U);
  EXPECT_EQ(workflow.steps[0].at.line, 4U);
  EXPECT_EQ(arguments[0].expr.at.line, 6U);
  EXPECT_EQ(arguments[0].expr.at.column, 41U);
  EXPECT_EQ(place_within(arguments[0].expr, 1, 3)->column, 44U);  // behind the quote
  EXPECT_EQ(arguments[1].target.at.column, 77U);                  // in characters
}

TEST(Read, FindsPlacesInBlocksAndNotInEscapes) {
  const Workflow workflow = one_workflow(
      "workflows:\n"
      "  flow:\n"
      "    steps:\n"
      "      - arguments:\n"
      "          - expr: |\n"
      "              first +\n"
      "              second\n"
      "          - expr: \"a\\tb\"\n");
  const auto& arguments = workflow.steps[0].arguments;
  EXPECT_EQ(place_within(arguments[0].expr, 2, 3)->line, 7U);
  EXPECT_EQ(place_within(arguments[0].expr, 2, 3)->column, 17U);
  EXPECT_FALSE(place_within(arguments[1].expr, 1, 3));
}

TEST(Read, TellsTextsFromNumbers) {
  const Workflow workflow = one_workflow(
      "workflows:\n  flow:\n    steps:\n      - arguments:\n"
      "          - { value: 5 }\n"
      "          - { value: \"5\" }\n"
      "          - { value: 0x1F }\n"
      "          - { value: 1e3 }\n"
      "          - { value: yes }\n"
      "          - { value: True }\n"
      "          - { value: !!str 12 }\n"
      "          - { value: 1_000 }\n"
      "          - { value: ~ }\n"
      "          - { value: -.inf }\n"
      "          - { value: 2024-01-31 }\n");
  std::vector<Datum::Kind> kinds;
  for (const Expression& argument : workflow.steps[0].arguments) {
    kinds.push_back(argument.value ? argument.value->kind() : Datum::Kind::null);
  }
  using enum Datum::Kind;
  EXPECT_THAT(kinds, testing::ElementsAre(integer, text, integer, number, text, boolean, text, text,
                                          null, number, text));
}

TEST(Read, UnquotesTextsInSingleQuotes) {
  const auto text_of = [](const std::string& raw) {
    const auto data = read_data("x: '" + raw + "'\n", "file", Format::yaml);
    return data ? std::string(data->front().find("x")->text()) : data.error().to_line();
  };
  EXPECT_EQ(text_of("it''s"), "it's");
  EXPECT_EQ(text_of("a''''b"), "a''b");
  EXPECT_EQ(text_of("''''''"), "'''");
  EXPECT_EQ(text_of("a''b''''''c"), "a'b'''c");
  EXPECT_EQ(text_of("''a  \n \t b''"), "'a b'");
  EXPECT_EQ(text_of("''a\n\n  \n  b\r\n  c\n  "), "'a\n\nb c ");
  EXPECT_EQ(text_of(""), "");
}

TEST(Read, AFloatIsAFloatWhenItIsReadAgain) {
  const auto data = read_data("[!!float 1, !!float -5, !!float 1e3]", "file", Format::yaml);
  ASSERT_TRUE(data);
  EXPECT_EQ(to_yaml(data->front()), "- 1.0\n- -5.0\n- 1e3\n");
  EXPECT_EQ(read_data("!!float 0x1F", "file", Format::yaml).error().to_line(),
            "file:1:9: \"0x1F\" does not fit its tag !!float");
}

TEST(Read, ReplacesAliasesAndMerges) {
  const Workflow workflow = one_workflow(
      "workflows:\n  flow:\n    labels: &l { a: 1, b: 2 }\n"
      "    meta: { <<: *l, b: 3, copy: *l }\n");
  EXPECT_EQ(workflow.meta->find("a")->text(), "1");
  EXPECT_EQ(workflow.meta->find("b")->text(), "3");
  EXPECT_EQ(workflow.meta->find("copy")->find("b")->text(), "2");
}

TEST(Read, TakesWorkflowsAsAListAndInSeveralDocuments) {
  const auto document =
      read_document("workflows:\n  - handle: one\n  - handle: two\n---\nworkflows: { three: {} }\n",
                    "file", Format::yaml);
  ASSERT_TRUE(document);
  ASSERT_EQ(document->workflows.size(), 3U);
  EXPECT_EQ(document->workflows[2].handle.text, "three");
}

TEST(Read, SaysWhatItSkips) {
  const auto document =
      read_document("roles:\n  - x\nworkflows: {}\nusers: {}\n", "file", Format::yaml);
  ASSERT_TRUE(document);
  ASSERT_EQ(document->skipped.size(), 2U);
  EXPECT_EQ(document->skipped[0].message,
            "the section \"roles\" was skipped: only workflows are read");
  EXPECT_EQ(document->skipped[1].at.line, 4U);
}

TEST(Read, TakesTheFormsOfJson) {
  const Workflow rest =
      one_workflow(R"({"workflowID": "123456789012345678", "handle": "orders", "meta": null,)"
                   R"("steps": [{"stepID": "1", "kind": "termination"}], "paths": []})",
                   Format::json);
  EXPECT_EQ(rest.id.text, "123456789012345678");
  EXPECT_EQ(rest.steps[0].id.text, "1");
  EXPECT_FALSE(rest.meta);
  const Workflow exported = one_workflow(
      R"({"workflows": [{"handle": "orders", "triggers": [{"stepID": "1", "enabled": true}]}]})",
      Format::json);
  EXPECT_EQ(exported.triggers[0].step_id.text, "1");
}

TEST(Read, GivesPlacesInJsonOfOneLine) {
  const Workflow workflow = one_workflow(
      R"({"handle": "a, [é", "steps": [{"stepID": "1"}, {"stepID": "2"}]})", Format::json);
  EXPECT_EQ(workflow.steps[1].at.line, 1U);
  EXPECT_EQ(workflow.steps[1].at.column, 48U);
  EXPECT_EQ(error_of("{\"steps\": [],\n\n \"steps\": []}", Format::json),
            "file:3:2: the key \"steps\" is given twice in this map");
}

// The library begins to count anew every 64 KiB.
TEST(Read, KnowsPlacesAndTextsBehindTheFirst64KiB) {
  for (const std::string line_end : {"\n", "\r\n", "\r"}) {
    std::string text = "handle: flow" + line_end + "steps:" + line_end;
    constexpr std::uint32_t kSteps = 6000;
    for (std::uint32_t i = 0; i < kSteps; ++i) {
      text += "  - { é: \t'it''s', ref: 'a, ''b''', kind: \"x\\ty\", stepID: " + std::to_string(i) +
              ", \u2028: '\u0085' }" + line_end;
    }
    const Workflow workflow = one_workflow(text);
    ASSERT_EQ(workflow.steps.size(), kSteps);
    for (std::uint32_t i = 0; i < kSteps; ++i) {
      const Step& step = workflow.steps[i];
      ASSERT_EQ(step.ref.text, "a, 'b'") << i;
      ASSERT_EQ(step.kind.text, "x\ty") << i;
      ASSERT_EQ(step.id.text, std::to_string(i));
      ASSERT_EQ(step.at.line, i + 3);
      ASSERT_EQ(step.at.column, 5U) << i;
      ASSERT_EQ(step.ref.at.line, i + 3);
      ASSERT_EQ(step.ref.at.column, 25U) << i;
      ASSERT_EQ(step.id.at.column, 59U) << i;
      ASSERT_EQ(step.others[0].value.text(), "it's");
    }
  }
}

TEST(Read, KeepsLongTextsAcross64KiB) {
  std::string body = "ab é, it";
  for (int i = 0; i < 400; ++i) body += " word" + std::to_string(i);
  for (const std::string& written :
       {"'" + body + "''s'", "\"" + body + "\\u0027s\"", body + "'s", "|-\n    " + body + "'s"}) {
    std::string text;
    for (int i = 0; i < 150; ++i) text += "- x\n- " + written + "\n";
    const auto data = read_data(text, "file", Format::yaml);
    ASSERT_TRUE(data) << data.error().to_line();
    const Data& items = data->front().items();
    ASSERT_EQ(items.size(), 300U);
    for (std::size_t i = 1; i < items.size(); i += 2) ASSERT_EQ(items[i].text(), body + "'s") << i;
  }
}

TEST(Read, KnowsPlacesInALongLineOfJson) {
  std::string text = "{\"handle\": \"flow\", \"steps\": [";
  std::vector<std::size_t> columns;
  for (int i = 0; i < 6000; ++i) {
    if (i > 0) text += ',';
    columns.push_back(text.size() + 1);
    text += "{\"stepID\": \"1\", \"ref\": \"a\\\"b\"}";
  }
  const Workflow workflow = one_workflow(text + "]}", Format::json);
  ASSERT_EQ(workflow.steps.size(), columns.size());
  for (std::size_t i = 0; i < columns.size(); ++i) {
    ASSERT_EQ(workflow.steps[i].at.line, 1U);
    ASSERT_EQ(workflow.steps[i].at.column, columns[i]) << i;
  }
}

TEST(Read, TakesALargeFileInLittleTime) {
  std::string text = "{\"workflows\":[";
  for (int i = 0; i < 2000; ++i) {
    if (i > 0) text += ',';
    text += R"({"handle":"w)" + std::to_string(i) + R"(","steps":[)";
    for (int j = 0; j < 20; ++j) text += std::string(j > 0 ? "," : "") + R"({"stepID":"1"})";
    text += "]}";
  }
  text += "]}";
  const auto document = read_document(text, "file", Format::json);
  ASSERT_TRUE(document) << document.error().to_line();
  EXPECT_EQ(document->workflows.size(), 2000U);
}

TEST(Read, ChoosesTheFormatByNameOrText) {
  EXPECT_EQ(format_of("a.json", "a: 1"), Format::json);
  EXPECT_EQ(format_of("a.yaml", "{}"), Format::yaml);
  EXPECT_EQ(format_of("a.yml", "{}"), Format::yaml);
  EXPECT_EQ(format_of("-", "  {\"a\": 1}"), Format::json);
  EXPECT_EQ(format_of("-", "workflows:"), Format::yaml);
  EXPECT_EQ(format_of("-", ""), Format::yaml);
}

}  // namespace
}  // namespace millrace
