#include "workflow/verify.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "workflow/reading.h"

namespace millrace {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// The issues of a workflow with these steps and paths, a line each.
std::string issues_of(std::string_view steps, std::string_view paths = "[]") {
  return lines_of(verdict_of(flow(steps, paths)).issues);
}

std::string warnings_of(std::string_view steps, std::string_view paths = "[]") {
  return lines_of(verdict_of(flow(steps, paths)).warnings);
}

TEST(Verify, FindsEveryIssueAtOnce) {
  const Verdict verdict =
      verdict_of(flow("      - { stepID: 1, kind: expresions }\n"
                      "      - { stepID: 1, kind: function, ref: loginfo, arguments: [] }\n"
                      "      - { kind: gateway }\n",
                      "[ { parentID: 1, childID: 9 } ]"));
  ASSERT_EQ(verdict.issues.size(), 6U) << lines_of(verdict.issues);
  EXPECT_EQ(verdict.issues[0].culprit, Culprit{.step = 0});
  EXPECT_EQ(verdict.issues[0].description,
            "unknown kind of step \"expresions\"; did you mean \"expressions\"?");
  EXPECT_EQ(verdict.issues[1].culprit, (Culprit{.step = 1, .path = {}, .duplicate = 0}));
  EXPECT_EQ(verdict.issues[2].description,
            "unknown function \"loginfo\"; did you mean \"logInfo\"?");
  EXPECT_EQ(verdict.issues[3].description, "the step has no stepID; give it a small number");
  EXPECT_EQ(verdict.issues[4].description,
            "unknown gateway \"\": its ref must be one of excl, incl, fork, join");
  EXPECT_EQ(verdict.issues[5].culprit, Culprit{.path = 0});
}

TEST(Verify, FindsPathsThatLeadNowhere) {
  const Verdict verdict = verdict_of(
      flow("      - { stepID: 1, kind: debug }\n",
           "[ { parentID: 1, childID: 9 }, { parentID: 8, childID: 1 }, { childID: 1 } ]"));
  EXPECT_EQ(lines_of(verdict.issues),
            "file:5:38: the path leads nowhere: there is no step \"9\"; childID must be 1\n"
            "file:5:55: the path comes from nowhere: there is no step \"8\"; parentID must be 1\n"
            "file:5:72: the path comes from nowhere: it has no parentID; parentID must be 1\n");
  EXPECT_EQ(verdict.issues[1].culprit, Culprit{.path = 1});
}

TEST(Verify, CountsPathsOfIteratorsHandlersAndGateways) {
  EXPECT_EQ(issues_of("      - { stepID: 1, kind: iterator, ref: loopSequence }\n"),
            "file:4:9: a step of kind iterator must have exactly 2 outbound paths; step 1 has 0\n");
  EXPECT_EQ(
      issues_of("      - { stepID: 1, kind: error-handler }\n"),
      "file:4:9: a step of kind error-handler must have 1 to 2 outbound paths; step 1 has 0\n");
  EXPECT_EQ(
      issues_of("      - { stepID: 1, kind: gateway, ref: excl }\n"),
      "file:4:9: a step of kind gateway excl must have at least 2 outbound paths; step 1 has 0\n");
}

TEST(Verify, ComparesArgumentsWithTheSignature) {
  EXPECT_EQ(issues_of("      - stepID: 1\n"
                      "        kind: function\n"
                      "        ref: httpRequestSend\n"
                      "        arguments:\n"
                      "          - { target: url, type: Integer, expr: '1' }\n"
                      "          - { target: metod, type: String, expr: '\"GET\"' }\n"
                      "          - { target: body, type: Vars, expr: '{}' }\n"
                      "          - { target: headers, expr: '{}' }\n"),
            "file:8:34: argument \"url\" of httpRequestSend is of type String, not Integer\n"
            "file:9:23: httpRequestSend has no argument \"metod\"; did you mean \"method\"?\n");
  EXPECT_THAT(issues_of("      - { stepID: 1, kind: function, ref: loopEach }\n"),
              HasSubstr("\"loopEach\" is an iterator"));
  EXPECT_THAT(issues_of("      - { stepID: 1, kind: function, ref: composeRecordsSearch }\n"),
              HasSubstr("\"composeRecordsSearch\" is not available here"));
  EXPECT_THAT(issues_of("      - { stepID: 1, kind: function }\n"), HasSubstr("needs a ref"));
  EXPECT_THAT(issues_of("      - { stepID: 1, kind: error }\n"),
              HasSubstr("error needs an argument \"message\""));
  EXPECT_THAT(issues_of("      - { stepID: 1, kind: delay, arguments: [ { target: ofset } ] }\n"),
              HasSubstr("delay has no argument \"ofset\"; did you mean \"offset\"?"));
}

TEST(Verify, PointsIntoExpressions) {
  const Verdict verdict =
      verdict_of(flow("      - stepID: 1\n"
                      "        kind: expressions\n"
                      "        arguments:\n"
                      "          - { target: a, expr: \"1 + \" }\n"
                      "          - target: b\n"
                      "            expr: |\n"
                      "              1 +\n"
                      "              )\n"
                      "            tests: [ { expr: 'x >' } ]\n"));
  ASSERT_EQ(verdict.issues.size(), 3U) << lines_of(verdict.issues);
  EXPECT_EQ(verdict.issues[0].at.line, 7U);
  EXPECT_EQ(verdict.issues[0].within->column, 5U);
  EXPECT_EQ(verdict.issues[0].at.column, 37U);
  EXPECT_THAT(verdict.issues[0].description, StartsWith("argument \"a\" cannot be read: "));
  EXPECT_THAT(verdict.issues[0].excerpt, HasSubstr("^"));
  EXPECT_THAT(verdict.issues[1].description, StartsWith("a test of argument \"b\""));
  EXPECT_EQ(verdict.issues[2].at.line, 11U);
  EXPECT_EQ(verdict.issues[2].at.column, 15U);
}

TEST(Verify, SaysWhatMayHelpWhereAnExpressionCannotBeRead) {
  EXPECT_EQ(issues_of("      - stepID: 1\n"
                      "        kind: expressions\n"
                      "        arguments: [ { target: a, expr: '1 + *' }, { target: b, expr: "
                      "hello world } ]\n"),
            "file:6:46: argument \"a\" cannot be read: expected a value, found \"*\"; a value is a "
            "variable, a number, a text in quotes, or a function's call\n"
            "file:6:77: argument \"b\" cannot be read: expected an operator or the end, found "
            "\"world\"; a text stands in quotes\n");
}

TEST(Verify, ChecksConditionsOfPathsAndLoops) {
  const Verdict verdict =
      verdict_of(flow("      - { stepID: 1, kind: gateway, ref: excl }\n"
                      "      - { stepID: 2, kind: iterator, ref: loopDo, arguments: "
                      "[ { target: while, type: String, value: 'n <' } ] }\n"
                      "      - { stepID: 3, kind: iterator, ref: loopDo, arguments: "
                      "[ { target: while, type: String, expr: '\"n >\"' } ] }\n"
                      "      - { stepID: 4, kind: debug }\n",
                      "[ { parentID: 1, childID: 2, expr: 'x ==' }, { parentID: 1, childID: 3 }, "
                      "{ parentID: 2, childID: 4 }, { parentID: 2, childID: 4 }, "
                      "{ parentID: 3, childID: 4 }, { parentID: 3, childID: 4 } ]"));
  ASSERT_EQ(verdict.issues.size(), 3U) << lines_of(verdict.issues);
  EXPECT_EQ(verdict.issues[0].culprit, Culprit{.step = 1});
  EXPECT_EQ(verdict.issues[1].culprit, Culprit{.step = 2});
  EXPECT_EQ(verdict.issues[2].culprit, Culprit{.step = 0});
}

TEST(Verify, ChecksTypesAndValues) {
  const Verdict verdict =
      verdict_of(flow("      - stepID: 1\n"
                      "        kind: expressions\n"
                      "        arguments:\n"
                      "          - { target: a, type: integer, expr: '1' }\n"
                      "          - { target: b, type: Duration, value: 1x }\n"
                      "          - { target: c, type: Integer, value: 5 }\n"
                      "          - { target: d, type: Any, value: { a: [1] } }\n"));
  ASSERT_EQ(verdict.issues.size(), 2U) << lines_of(verdict.issues);
  EXPECT_EQ(verdict.issues[0].description,
            "argument \"a\": unknown type \"integer\"; did you mean \"Integer\"?");
  EXPECT_THAT(verdict.issues[1].description, StartsWith("the value of argument \"b\": "));
}

TEST(Verify, ChecksLimits) {
  const Verdict verdict = verdict_of(
      "workflows:\n"
      "  flow:\n"
      "    limits: { timeout: soon, overlap: maybe, memory: -1 }\n"
      "    triggers: [ { stepID: 1, catchUp: some, limits: { steps: 5 } } ]\n"
      "    steps:\n"
      "      - stepID: 1\n"
      "        kind: debug\n"
      "        effect: twice\n"
      "        limits: { timeout: -5s, memory: 4 }\n"
      "        retry: { attempts: 0, jitter: 2, kinds: [nothing] }\n");
  EXPECT_EQ(verdict.issues.size(), 11U) << lines_of(verdict.issues);
  EXPECT_THAT(lines_of(verdict.issues), HasSubstr("limits.memory is no limit of a step"));
  EXPECT_THAT(lines_of(verdict.issues), HasSubstr("retry.jitter: \"2\" must be from 0 to 1"));
}

TEST(Verify, WarnsOfNumbersThatDoNotFit) {
  const std::string lines = lines_of(
      verdict_of(
          "workflows:\n"
          "  flow:\n"
          "    scope: { n: { '@type': UnsignedInteger, '@value': 18446744073709551616 } }\n"
          "    steps:\n"
          "      - stepID: 1\n"
          "        kind: expressions\n"
          "        arguments:\n"
          "          - { target: a, type: Integer, value: 999999999999999999999999 }\n"
          "          - { target: b, type: Integer, value: 9223372036854775808 }\n"
          "          - { target: c, type: Integer, value: -1e30 }\n"
          "          - { target: d, value: { '@type': Vars, '@value': { x: { '@type': Integer, "
          "'@value': 99999999999999999999 } } } }\n"
          "          - { target: e, type: String, value: 99999999999999999999 }\n"
          "          - { target: f, type: Integer, value: -9223372036854775808 }\n"
          "          - { target: g, type: UnsignedInteger, value: 18446744073709551615 }\n"
          "          - { target: h, type: Float, value: 99999999999999999999 }\n"
          "          - { target: i, type: Any, value: 99999999999999999999 }\n")
          .warnings);
  EXPECT_EQ(lines,
            "file:3:55: the value of scope \"n\": 18446744073709551616 does not fit 64 bits; as "
            "UnsignedInteger it becomes another number\n"
            "file:8:48: the value of argument \"a\": 999999999999999999999999 does not fit 64 "
            "bits; as Integer it becomes another number\n"
            "file:9:48: the value of argument \"b\": 9223372036854775808 does not fit 64 bits; as "
            "Integer it becomes another number\n"
            "file:10:48: the value of argument \"c\": -1e30 does not fit 64 bits; as Integer it "
            "becomes another number\n"
            "file:11:95: the value of argument \"d\": 99999999999999999999 does not fit 64 bits; "
            "as Integer it becomes another number\n"
            "file:12:47: the value of argument \"e\": 99999999999999999999 does not fit 64 bits; "
            "as String it becomes another number\n");
}

TEST(Verify, RefusesLimitsThatLetNothingRun) {
  const Verdict verdict = verdict_of(
      "workflows:\n"
      "  flow:\n"
      "    limits: { timeout: 0, cleanup: 0s, concurrency: 0, memory: 0, steps: 0 }\n"
      "    steps:\n"
      "      - { stepID: 1, kind: debug, limits: { timeout: 0s } }\n"
      "      - { stepID: 2, kind: debug, limits: { timeout: -5s } }\n");
  EXPECT_EQ(
      lines_of(verdict.issues),
      "file:3:24: limits.timeout: \"0\" must be longer than 0; leave it out for none\n"
      "file:3:53: limits.concurrency: \"0\" must be a whole number, 1 or more; leave it out for "
      "none\n"
      "file:3:64: limits.memory: \"0\" must be a whole number, 1 or more; leave it out for none\n"
      "file:3:74: limits.steps: \"0\" must be a whole number, 1 or more; leave it out for none\n"
      "file:5:54: limits.timeout: \"0s\" must be longer than 0; leave it out for none\n"
      "file:6:54: limits.timeout: \"-5s\" must be longer than 0; leave it out for none\n");
}

TEST(Verify, ChecksTheTimeoutInTheMetaOfAStep) {
  EXPECT_EQ(
      issues_of("      - { stepID: 1, kind: debug, meta: { timeout: soon } }\n"
                "      - { stepID: 2, kind: debug, meta: { timeout: 5 } }\n"
                "      - { stepID: 3, kind: debug, meta: { timeout: 0s } }\n"
                "      - { stepID: 4, kind: debug, meta: { timeout: [ 1s ] } }\n"
                "      - { stepID: 5, kind: debug, meta: { timeout: true } }\n"
                "      - { stepID: 6, kind: debug, meta: { timeout: 5s } }\n"),
      "file:4:52: meta.timeout: \"soon\" is not a duration; write numbers with units, such as "
      "1h30m, 1.5s or 300ms (units: ns us ms s m h)\n"
      "file:5:52: meta.timeout: \"5\" is not a duration; write numbers with units, such as "
      "1h30m, 1.5s or 300ms (units: ns us ms s m h)\n"
      "file:6:52: meta.timeout: \"0s\" must be longer than 0; leave it out for none\n"
      "file:7:52: meta.timeout: must be a duration such as \"30s\", not a list\n"
      "file:8:52: meta.timeout: must be a duration such as \"30s\", not the boolean true\n");
}

TEST(Verify, WarnsOfRetryWhereNothingIsTriedAgain) {
  EXPECT_EQ(warnings_of("      - { stepID: 1, kind: debug, retry: { attempts: 3 } }\n"),
            "file:4:42: retry has no effect here: only function steps are tried again\n");
  EXPECT_EQ(warnings_of("      - { stepID: 1, kind: debug, retry: { attempts: 1 } }\n"), "");
  const std::string call =
      "      - { stepID: 1, kind: function, ref: logInfo, retry: {}EXTRA, arguments: [ { target: "
      "message, value: a } ] }\n";
  const auto with = [&call](std::string_view extra) {
    std::string text = call;
    return text.replace(text.find("EXTRA"), 5, extra);
  };
  EXPECT_EQ(warnings_of(with("")), "");
  EXPECT_THAT(warnings_of(with(", effect: at-most-once")),
              HasSubstr("a step whose effect is at-most-once is not tried again"));
}

TEST(Verify, WarnsOfFieldsItDoesNotKnow) {
  const Verdict verdict = verdict_of(
      "workflows:\n"
      "  flow:\n"
      "    enable: true\n"
      "    triggers: [ { stepId: 1 } ]\n"
      "    steps:\n"
      "      - stepID: 1\n"
      "        kind: function\n"
      "        ref: logInfo\n"
      "        limts: { timeout: 1s }\n"
      "        arguments: [ { target: message, exp: \"'a'\", tests: [ { expr: 'true', eror: b } ] "
      "} "
      "]\n"
      "        results: [ { target: a, expr: b, typ: String } ]\n"
      "    paths: [ { parentID: 1, childID: 1, exrp: 'true' } ]\n");
  EXPECT_EQ(verdict.issues.size(), 0U) << lines_of(verdict.issues);
  const std::string lines = lines_of(verdict.warnings);
  const auto expect_line = [&](std::string_view line) {
    EXPECT_THAT(lines, HasSubstr(std::string(line) + "\n"));
  };
  expect_line(
      "file:3:5: a workflow has no field \"enable\": it is kept, and does nothing; did you mean "
      "\"enabled\"?");
  expect_line(
      "file:4:19: a trigger has no field \"stepId\": it is kept, and does nothing; did you mean "
      "\"stepID\"?");
  expect_line(
      "file:9:9: a step has no field \"limts\": it is kept, and does nothing; did you mean "
      "\"limits\"?");
  expect_line(
      "file:10:41: an argument has no field \"exp\": it is kept, and does nothing; did you mean "
      "\"expr\"?");
  expect_line(
      "file:10:78: a test has no field \"eror\": it is kept, and does nothing; did you mean "
      "\"error\"?");
  expect_line(
      "file:11:42: a result has no field \"typ\": it is kept, and does nothing; did you mean "
      "\"type\"?");
  expect_line(
      "file:12:41: a path has no field \"exrp\": it is kept, and does nothing; did you mean "
      "\"expr\"?");
}

TEST(Verify, RefusesUnknownFieldsOfLimitsAndRetries) {
  const Verdict verdict = verdict_of(
      "workflows:\n"
      "  flow:\n"
      "    limits: { stepps: 3 }\n"
      "    triggers: [ { stepID: 1, limits: { tmeout: 1s } } ]\n"
      "    steps:\n"
      "      - stepID: 1\n"
      "        kind: debug\n"
      "        limits: { timout: 1s }\n"
      "        retry: { atempts: 3 }\n");
  EXPECT_EQ(lines_of(verdict.issues),
            "file:3:15: limits has no field \"stepps\"; did you mean \"steps\"?\n"
            "file:4:40: limits has no field \"tmeout\"; did you mean \"timeout\"?\n"
            "file:8:19: limits has no field \"timout\"; did you mean \"timeout\"?\n"
            "file:9:18: retry has no field \"atempts\"; did you mean \"attempts\"?\n");
}

TEST(Verify, KnowsWhatTheReferenceWrites) {
  // The answer of its REST interface, and the YAML of its exports.
  const Workflow answer = one_workflow(
      R"({"workflowID": "1", "handle": "flow", "meta": {"name": "", "visual": null},
          "labels": {}, "enabled": true, "trace": false, "keepSessions": 0, "scope": null,
          "steps": [{"stepID": "4", "kind": "debug", "ref": "", "arguments": null, "results": [],
                     "meta": {"visual": {"id": "4", "xywh": [1, 2, 3, 4]}}, "labels": {}}],
          "paths": [], "issues": null, "runAs": "0", "ownedBy": "3", "triggers": [],
          "createdAt": "2024-01-01T00:00:00Z", "createdBy": "3",
          "canGrant": true, "canUpdateWorkflow": true, "canManageWorkflowSessions": true})",
      Format::json);
  EXPECT_EQ(lines_of(verify(answer, stand_ins()).warnings), "");
  const Workflow exported = one_workflow(
      "workflows:\n"
      "  flow:\n"
      "    keepSessions: 0\n"
      "    triggers: [ { resourceType: a, eventType: b, constraints: [], enabled: true, stepID: "
      "23, "
      "meta: {} } ]\n"
      "    steps:\n"
      "      - { id: 23, kind: expressions, ref: '', arguments: [ { target: a, source: '', expr: "
      "'1', value: null, type: Any, tests: [] } ], results: [], labels: {} }\n"
      "      - { id: 24, kind: termination }\n"
      "    paths: [ { expr: '', parentid: 23, childid: 24, meta: {} } ]\n"
      "    allow: {}\n");
  const Verdict verdict = verify(exported, stand_ins());
  EXPECT_EQ(lines_of(verdict.issues) + lines_of(verdict.warnings), "");
}

TEST(Verify, RefusesStepIdsThatAreNoNumbers) {
  EXPECT_EQ(
      issues_of("      - { stepID: abc, kind: debug }\n"
                "      - { stepID: -1, kind: debug }\n"
                "      - { stepID: '2', kind: debug }\n"
                "      - { stepID: 18446744073709551615, kind: debug }\n"
                "      - { stepID: 18446744073709551616, kind: debug }\n"
                "      - { stepID: 1.5, kind: debug }\n"),
      "file:4:19: the stepID \"abc\" is no whole number, 0 or more; give the step a small "
      "number\n"
      "file:5:19: the stepID \"-1\" is no whole number, 0 or more; give the step a small "
      "number\n"
      "file:8:19: the stepID \"18446744073709551616\" is no whole number, 0 or more; give the "
      "step a small number\n"
      "file:9:19: the stepID \"1.5\" is no whole number, 0 or more; give the step a small "
      "number\n");
}

TEST(Verify, RefusesStrangeHandlesAndScopes) {
  for (const char* handle : {"9lives", "w", "\"1 w!\"", "a-", "é1"}) {
    EXPECT_THAT(lines_of(verdict_of(fmt::format("workflows: {{ {}: {{}} }}", handle)).issues),
                HasSubstr("is no handle"));
  }
  EXPECT_EQ(lines_of(verdict_of("workflows: { a-b_c.d9: {} }").issues), "");
  EXPECT_THAT(lines_of(verdict_of("workflows: { ab: { scope: { n: { '@type': Nope, '@value': 1 "
                                  "} } } }")
                           .issues),
              HasSubstr("scope: "));
}

TEST(Verify, WarnsWhereNoStepIsTheStart) {
  EXPECT_EQ(lines_of(verdict_of("workflows:\n  flow: {}\n").warnings),
            "file:2:3: the workflow has no steps: there is nothing to run\n");
  EXPECT_EQ(warnings_of("      - { stepID: 1, kind: visual }\n"),
            "file:2:3: the workflow has no steps: there is nothing to run\n");
  EXPECT_EQ(
      warnings_of("      - { stepID: 1, kind: debug }\n"
                  "      - { stepID: 2, kind: debug }\n",
                  "[ { parentID: 1, childID: 2 }, { parentID: 2, childID: 1 } ]"),
      "file:2:3: no step is a start, for a path leads to each of them: a session must be told "
      "where to begin (run --step ID)\n");
  EXPECT_EQ(warnings_of("      - { stepID: 1, kind: debug }\n"
                        "      - { stepID: 2, kind: debug }\n"
                        "      - { stepID: 3, kind: debug }\n"),
            "file:5:9: no path leads to the steps 1, 2, 3: with more than one start a session must "
            "be told where to begin (run --step ID)\n");
}

TEST(Verify, WarnsOfStepsThatNothingReaches) {
  EXPECT_EQ(warnings_of("      - { stepID: 1, kind: debug }\n"
                        "      - { stepID: 2, kind: debug }\n"
                        "      - { stepID: 3, kind: debug }\n",
                        "[ { parentID: 2, childID: 3 }, { parentID: 3, childID: 2 } ]"),
            "file:5:9: step 2 can never be reached: the paths to it begin at steps that nothing "
            "leads to\n"
            "file:6:9: step 3 can never be reached: the paths to it begin at steps that nothing "
            "leads to\n");
  EXPECT_THAT(warnings_of("      - { stepID: 1, kind: debug }\n"
                          "      - { stepID: 2, kind: debug }\n"),
              HasSubstr("more than one start"));
  EXPECT_EQ(warnings_of("      - { stepID: 1, kind: debug }\n"
                        "      - { stepID: 2, kind: visual }\n"),
            "");
}

TEST(Verify, WarnsOfJoinsThatCannotComplete) {
  EXPECT_EQ(warnings_of("      - { stepID: 1, kind: debug }\n"
                        "      - { stepID: 2, kind: gateway, ref: join }\n"
                        "      - { stepID: 3, kind: debug }\n",
                        "[ { parentID: 1, childID: 2 }, { parentID: 2, childID: 3 }, "
                        "{ parentID: 3, childID: 2 } ]"),
            "file:5:9: the join at step 2 can never complete by the path from step 3: that step "
            "comes only after the join\n");
}

TEST(Verify, WarnsOfVariablesReadTooEarly) {
  // b is set after it is read; c is input, for nothing ever sets it.
  EXPECT_EQ(
      warnings_of(
          "      - { stepID: 1, kind: expressions, arguments: [ { target: a, expr: b + c } ] }\n"
          "      - { stepID: 2, kind: expressions, arguments: [ { target: b, expr: a } ] }\n",
          "[ { parentID: 1, childID: 2 } ]"),
      "file:4:73: \"b\" is read here before anything can have set it\n");
  // In a loop it may have been set by the pass before.
  EXPECT_EQ(warnings_of(
                "      - { stepID: 1, kind: iterator, ref: loopSequence }\n"
                "      - { stepID: 2, kind: expressions, arguments: [ { target: a, expr: b } ] }\n"
                "      - { stepID: 3, kind: expressions, arguments: [ { target: b, expr: a } ] }\n"
                "      - { stepID: 4, kind: debug }\n",
                "[ { parentID: 1, childID: 2 }, { parentID: 1, childID: 4 }, "
                "{ parentID: 2, childID: 3 } ]"),
            "");
  // Earlier arguments of the same step count.
  EXPECT_EQ(warnings_of("      - { stepID: 1, kind: expressions, arguments: "
                        "[ { target: a, expr: '1' }, { target: b, expr: a } ] }\n"),
            "");
}

TEST(Verify, WarnsOfUnknownFunctionsAndResults) {
  EXPECT_THAT(warnings_of("      - { stepID: 1, kind: expressions, arguments: "
                          "[ { target: a, expr: trimm(b) } ] }\n"),
              HasSubstr("there is no function \"trimm\": the expression will fail; did you mean"));
  EXPECT_THAT(
      warnings_of("      - { stepID: 1, kind: function, ref: httpRequestSend, arguments: "
                  "[ { target: url, value: 'http://a' } ], results: "
                  "[ { target: s, expr: stautsCode } ] }\n"),
      HasSubstr("httpRequestSend gives no result \"stautsCode\"; did you mean \"statusCode\"?"));
  EXPECT_THAT(warnings_of("      - { stepID: 1, kind: error-handler, results: "
                          "[ { target: m, expr: message } ] }\n"
                          "      - { stepID: 2, kind: debug }\n",
                          "[ { parentID: 1, childID: 2 } ]"),
              HasSubstr("an error-handler tells error, errorMessage"));
}

TEST(Verify, WarnsOfConditionsThatNobodyLooksAt) {
  EXPECT_THAT(warnings_of("      - { stepID: 1, kind: debug }\n"
                          "      - { stepID: 2, kind: debug }\n",
                          "[ { parentID: 1, childID: 2, expr: 'true' } ]"),
              HasSubstr("the condition of the path is never looked at"));
}

TEST(Verify, WarnsOfPathsBackToAStepThatChooses) {
  EXPECT_EQ(warnings_of("      - { stepID: 1, kind: debug }\n"
                        "      - { stepID: 2, kind: gateway, ref: excl }\n"
                        "      - { stepID: 3, kind: debug }\n",
                        "[ { parentID: 1, childID: 2 }, { parentID: 2, childID: 2 }, "
                        "{ parentID: 2, childID: 3, expr: a }, { parentID: 2, childID: 3 } ]"),
            "file:7:43: the path is never taken: it leads from a step of kind gateway excl back to "
            "itself\n");
}

TEST(Verify, WarnsOfInclusivePathsThatAreNeverTaken) {
  EXPECT_THAT(warnings_of("      - { stepID: 1, kind: gateway, ref: incl }\n"
                          "      - { stepID: 2, kind: debug }\n",
                          "[ { parentID: 1, childID: 2 }, { parentID: 1, childID: 2, expr: a } ]"),
              HasSubstr("file:6:14: the path is never taken"));
}

TEST(Verify, TakesAGreatGraphInLittleTime) {
  std::string steps;
  std::string paths = "[ ";
  for (int i = 0; i < 20'000; ++i) {
    steps += fmt::format("      - {{ stepID: {0}, kind: iterator, ref: nonsense{0} }}\n", i);
    paths += fmt::format("{{ parentID: {}, childID: {} }},\n      ", i, i + 1);
  }
  const Verdict verdict = verdict_of(flow(steps, paths + "]"));
  EXPECT_EQ(verdict.issues.size(), 40'001U);
}

}  // namespace
}  // namespace millrace
