// What each kind of step must have: whether there is an issue, and at which step or path, is the
// reference's rule.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "workflow/reading.h"

namespace millrace {
namespace {

struct Rule {
  const char* name;
  const char* steps;     // flow maps, without their stepID: they are numbered from 1
  const char* paths;     // "1-2 1-3"
  const char* culprits;  // each once, in order: "step 0, path 1"; empty: no issue
};

// A debug step to lead to.
#define NEXT "| kind: debug "

constexpr Rule kRules[] = {
    // No ref, arguments, no results, at most one path.
    {"Expressions", "kind: expressions, arguments: [ { target: a, expr: '1' } ] " NEXT, "1-2", ""},
    {"ExpressionsWithoutArguments", "kind: expressions", "", "step 0"},
    {"ExpressionsWithRef", "kind: expressions, ref: x, arguments: [ { target: a, expr: '1' } ]", "",
     "step 0"},
    {"ExpressionsWithResults",
     "kind: expressions, arguments: [ { target: a, expr: '1' } ], results: [ { target: b } ]", "",
     "step 0"},
    {"ExpressionsWithTwoPaths",
     "kind: expressions, arguments: [ { target: a, expr: '1' } ] " NEXT NEXT, "1-2 1-3", "step 0"},

    {"FunctionWithTwoPaths",
     "kind: function, ref: logInfo, arguments: [ { target: message, value: a } ] " NEXT NEXT,
     "1-2 1-3", "step 0"},
    {"FunctionWithoutRef", "kind: function", "", "step 0"},
    {"FunctionThatIsAnIterator", "kind: function, ref: loopEach", "", "step 0"},
    {"FunctionWithoutRequiredArgument", "kind: function, ref: logInfo", "", "step 0"},
    {"FunctionWithUnknownArgument",
     "kind: function, ref: logInfo, arguments: [ { target: message, value: a }, { target: b, "
     "value: "
     "c } ]",
     "", "step 0"},
    {"FunctionWithWrongType",
     "kind: function, ref: logInfo, arguments: [ { target: message, type: Boolean, value: true } ]",
     "", "step 0"},

    {"Iterator", "kind: iterator, ref: loopSequence " NEXT NEXT, "1-2 1-3", ""},
    {"IteratorWithOnePath", "kind: iterator, ref: loopSequence " NEXT, "1-2", "step 0"},
    {"IteratorWithThreePaths", "kind: iterator, ref: loopSequence " NEXT NEXT NEXT, "1-2 1-3 1-4",
     "step 0"},
    {"IteratorThatLeadsToItself", "kind: iterator, ref: loopSequence " NEXT, "1-1 1-2", "step 0"},
    {"IteratorThatIsAFunction",
     "kind: iterator, ref: logInfo, arguments: [ { target: message, value: a } ] " NEXT NEXT,
     "1-2 1-3", "step 0"},

    // Of whatever type the variable is.
    {"ResultOfAnotherType",
     "kind: iterator, ref: loopSequence, results: [ { target: counter, type: String, expr: counter "
     "} ] " NEXT NEXT,
     "1-2 1-3", ""},
    {"ResultFromUnknownSource",
     "kind: iterator, ref: loopSequence, results: [ { target: i, source: count } ] " NEXT NEXT,
     "1-2 1-3", "step 0"},
    {"ResultFromSource",
     "kind: iterator, ref: loopSequence, results: [ { target: i, source: counter } ] " NEXT NEXT,
     "1-2 1-3", ""},

    {"ExclusiveWithOnePath", "kind: gateway, ref: excl " NEXT, "1-2", "step 0"},
    {"ExclusiveWithTwoPaths", "kind: gateway, ref: excl " NEXT NEXT, "1-2 1-3", ""},
    {"ExclusiveWithOnePathAndItself", "kind: gateway, ref: excl " NEXT, "1-2 1-1", "step 0"},
    {"InclusiveWithOnePath", "kind: gateway, ref: incl " NEXT, "1-2", "step 0"},
    {"ForkWithoutPath", "kind: gateway, ref: fork", "", "step 0"},
    {"ForkWithOnePath", "kind: gateway, ref: fork " NEXT, "1-2", ""},
    {"JoinThatNothingLeadsTo", "kind: gateway, ref: join " NEXT, "1-2", "step 0"},
    {"JoinThatLeadsNowhere", "kind: debug | kind: gateway, ref: join", "1-2", ""},
    {"GatewayWithArguments",
     "kind: debug | kind: gateway, ref: join, arguments: [ { target: a, expr: '1' } ]", "1-2",
     "step 1"},
    {"GatewayWithResults", "kind: debug | kind: gateway, ref: join, results: [ { target: a } ]",
     "1-2", "step 1"},
    {"GatewayOfNoKind", "kind: gateway " NEXT NEXT, "1-2 1-3", "step 0"},

    {"Error", "kind: error, arguments: [ { target: message, type: String, value: a } ]", "", ""},
    {"ErrorWithoutMessage", "kind: error", "", "step 0"},
    {"ErrorWithAMessageOfAnotherType",
     "kind: error, arguments: [ { target: message, type: Integer, value: 1 } ]", "", "step 0"},
    {"ErrorWithAMessageOfAnyType",
     "kind: error, arguments: [ { target: message, type: Any, value: a } ]", "", "step 0"},
    {"ErrorWithTwoArguments",
     "kind: error, arguments: [ { target: message, value: a }, { target: b, value: c } ]", "",
     "step 0"},
    {"ErrorWithResults",
     "kind: error, arguments: [ { target: message, value: a } ], results: [ { target: b } ]", "",
     "step 0"},
    {"ErrorWithPath", "kind: error, arguments: [ { target: message, value: a } ] " NEXT, "1-2",
     "step 0"},
    {"ErrorWithRef", "kind: error, ref: x, arguments: [ { target: message, value: a } ]", "", ""},

    {"HandlerWithoutPath", "kind: error-handler", "", "step 0"},
    {"HandlerWithOnePath", "kind: error-handler " NEXT, "1-2", ""},
    {"HandlerWithTwoPaths", "kind: error-handler " NEXT NEXT, "1-2 1-3", ""},
    {"HandlerWithArguments", "kind: error-handler, arguments: [ { target: a, expr: '1' } ] " NEXT,
     "1-2", "step 0"},
    {"HandlerWithRef", "kind: error-handler, ref: x " NEXT, "1-2", "step 0"},

    {"Termination", "kind: termination", "", ""},
    {"TerminationWithArguments", "kind: termination, arguments: [ { target: a, expr: '1' } ]", "",
     "step 0"},
    {"TerminationWithResults", "kind: termination, results: [ { target: a } ]", "", "step 0"},
    {"TerminationWithRef", "kind: termination, ref: x", "", "step 0"},

    {"Prompt",
     "kind: prompt, ref: alert, arguments: [ { target: a, expr: '1' } ], results: [ { "
     "target: b, expr: c } ] " NEXT,
     "1-2", ""},
    {"PromptWithTwoPaths", "kind: prompt, ref: alert " NEXT NEXT, "1-2 1-3", "step 0"},
    {"PromptWithTimeout",
     "kind: prompt, ref: alert, arguments: [ { target: timeout, type: Duration, value: 1h }, { "
     "target: owner, type: ID, value: 7 } ]",
     "", ""},
    {"PromptWithATimeoutOfAnotherType",
     "kind: prompt, ref: alert, arguments: [ { target: timeout, type: Integer, value: 3 } ]", "",
     "step 0"},
    {"PromptWithATimeoutThatIsNone",
     "kind: prompt, ref: alert, arguments: [ { target: timeout, value: soon } ]", "", "step 0"},

    {"Delay", "kind: delay, arguments: [ { target: offset, type: Duration, value: 1s } ] " NEXT,
     "1-2", ""},
    {"DelayWithoutArgument", "kind: delay", "", "step 0"},
    {"DelayWithOffsetOfAnotherType",
     "kind: delay, arguments: [ { target: offset, type: String, value: 1s } ]", "", "step 0"},
    {"DelayWithTimestampOfAnotherType",
     "kind: delay, arguments: [ { target: timestamp, type: Duration, value: 1s } ]", "", "step 0"},
    {"DelayWithUnknownArgument",
     "kind: delay, arguments: [ { target: until, type: Duration, value: 1s } ]", "", "step 0"},
    {"DelayWithResults",
     "kind: delay, arguments: [ { target: offset, value: 1s } ], results: [ { target: a } ]", "",
     "step 0"},
    {"DelayWithTwoPaths", "kind: delay, arguments: [ { target: offset, value: 1s } ] " NEXT NEXT,
     "1-2 1-3", "step 0"},

    {"ExecById", "kind: exec-workflow, arguments: [ { target: workflow, type: ID, value: 7 } ]", "",
     ""},
    {"ExecWithAll",
     "kind: exec-workflow, arguments: [ { target: workflow, type: Handle, value: other }, { "
     "target: "
     "scope, type: Vars, expr: '{}' }, { target: wait, type: Boolean, value: false }, { target: "
     "timeout, type: Duration, value: 5s } ], results: [ { target: a, expr: b } ]",
     "", ""},
    {"ExecByText",
     "kind: exec-workflow, arguments: [ { target: workflow, type: String, value: other } ]", "",
     "step 0"},
    {"ExecWithUnknownArgument",
     "kind: exec-workflow, arguments: [ { target: workflow, type: ID, value: 7 }, { target: input, "
     "value: 1 } ]",
     "", "step 0"},
    {"ExecWithScopeOfAnotherType",
     "kind: exec-workflow, arguments: [ { target: workflow, type: ID, value: 7 }, { target: scope, "
     "type: Any, expr: '{}' } ]",
     "", "step 0"},
    {"ExecWithTimeoutOfAnotherType",
     "kind: exec-workflow, arguments: [ { target: workflow, type: ID, value: 7 }, { target: "
     "timeout, type: Integer, value: 1 } ]",
     "", "step 0"},
    {"ExecWithRef",
     "kind: exec-workflow, ref: x, arguments: [ { target: workflow, type: ID, value: 7 } ]", "",
     "step 0"},
    {"ExecWithTwoPaths",
     "kind: exec-workflow, arguments: [ { target: workflow, type: ID, value: 7 } ] " NEXT NEXT,
     "1-2 1-3", "step 0"},
    {"ExecOfItself",
     "kind: exec-workflow, arguments: [ { target: workflow, type: Handle, value: flow } ]", "",
     "step 0"},
    {"ExecOfItselfByExpression",
     "kind: exec-workflow, arguments: [ { target: workflow, type: Handle, expr: '\"flow\"' } ]", "",
     "step 0"},

    {"Break", "kind: break", "", ""},
    {"BreakWithPath", "kind: break " NEXT, "1-2", "step 0"},
    {"BreakWithArguments", "kind: break, arguments: [ { target: a, expr: '1' } ]", "", "step 0"},
    {"BreakWithRef", "kind: break, ref: x", "", "step 0"},
    {"Continue", "kind: continue", "", ""},
    {"ContinueWithPath", "kind: continue " NEXT, "1-2", "step 0"},
    {"ContinueWithResults", "kind: continue, results: [ { target: a } ]", "", "step 0"},

    {"Debug", "kind: debug, arguments: [ { target: a, expr: '1' } ] " NEXT, "1-2", ""},
    {"DebugWithResults", "kind: debug, results: [ { target: a } ]", "", "step 0"},
    {"DebugWithTwoPaths", "kind: debug " NEXT NEXT, "1-2 1-3", "step 0"},
    {"DebugWithRef", "kind: debug, ref: x", "", "step 0"},
    {"DebugThatLeadsToItselfAndOn", "kind: debug " NEXT, "1-1 1-2", ""},

    {"DrawingsMayHaveAnything",
     "kind: visual, ref: swimlane, arguments: [ { target: a, type: Nope } ], results: [ { target: "
     "b, expr: ')' } ]",
     "", ""},
    {"PathToADrawing", "kind: debug | kind: visual", "1-2", "path 0"},
    {"NoKind", "ref: x", "", "step 0"},
    {"UnknownKind", "kind: task", "", "step 0"},
    {"PathToNowhere", "kind: debug", "1-9", "path 0"},
    {"PathFromNowhere", "kind: debug", "9-1", "path 0"},
    {"UnknownType", "kind: expressions, arguments: [ { target: a, type: Int, expr: '1' } ]", "",
     "step 0"},
    {"UnknownTypeOfAResult", "kind: prompt, ref: a, results: [ { target: a, type: Int, expr: b } ]",
     "", "step 0"},
    {"ExpressionThatDoesNotParse", "kind: expressions, arguments: [ { target: a, expr: '1 +' } ]",
     "", "step 0"},
    {"TestThatDoesNotParse",
     "kind: expressions, arguments: [ { target: a, expr: '1', tests: [ { expr: '(' } ] } ]", "",
     "step 0"},
    {"TestWithoutExpression",
     "kind: expressions, arguments: [ { target: a, expr: '1', tests: [ { error: no } ] } ]", "",
     "step 0"},
    {"ConditionThatDoesNotParse", "kind: debug | kind: gateway, ref: excl " NEXT NEXT,
     "1-2 2-3? 2-4", "step 1"},
    {"ConditionThatNobodyLooksAt", "kind: debug " NEXT, "1-2?", ""},
};

std::vector<std::string> parts_of(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return parts;
}

std::string definition_of(const Rule& rule) {
  std::string steps;
  int id = 0;
  for (const std::string& step : parts_of(rule.steps, '|')) {
    steps += fmt::format("      - {{ stepID: {}, {} }}\n", ++id, step);
  }
  std::string paths;
  for (const std::string& path : parts_of(rule.paths, ' ')) {
    const bool is_bad = path.ends_with('?');
    paths += fmt::format("{}{{ parentID: {}, childID: {}{} }}", paths.empty() ? "" : ", ", path[0],
                         path[2], is_bad ? ", expr: 'a =='" : "");
  }
  return flow(steps, "[ " + paths + " ]");
}

std::string culprits_of(const Verdict& verdict) {
  std::string culprits;
  for (const Issue& issue : verdict.issues) {
    const std::string one = issue.culprit.step   ? fmt::format("step {}", *issue.culprit.step)
                            : issue.culprit.path ? fmt::format("path {}", *issue.culprit.path)
                                                 : "workflow";
    if (culprits.find(one) != std::string::npos) continue;
    culprits += (culprits.empty() ? "" : ", ") + one;
  }
  return culprits;
}

class Shape : public testing::TestWithParam<Rule> {};

TEST_P(Shape, IsTheReferences) {
  const std::string text = definition_of(GetParam());
  const Verdict verdict = verdict_of(text);
  EXPECT_EQ(culprits_of(verdict), GetParam().culprits) << text << lines_of(verdict.issues);
  for (const Issue& issue : verdict.issues) {
    EXPECT_GT(issue.at.line, 3U) << issue.description;
  }
}

INSTANTIATE_TEST_SUITE_P(Rules, Shape, testing::ValuesIn(kRules),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(ShapeMessages, SayWhatIsAllowed) {
  EXPECT_EQ(
      lines_of(
          verdict_of(flow("      - { stepID: 1, kind: debug, ref: x, results: [ { target: a } ] }\n"
                          "      - { stepID: 2, kind: debug }\n",
                          "[ { parentID: 1, childID: 2 }, { parentID: 1, childID: 2 } ]"))
              .issues),
      "file:4:40: a step of kind debug takes no ref\n"
      "file:4:9: a step of kind debug must have no results; step 1 has 1\n"
      "file:4:9: a step of kind debug must have at most 1 outbound path; step 1 has 2\n");
  EXPECT_EQ(lines_of(verdict_of(flow("      - { stepID: 1, kind: gateway, ref: join }\n")).issues),
            "file:4:9: a step of kind gateway join must have at least 1 inbound path; step 1 has "
            "0\n");
}

// Which of two steps of one id a path means cannot be told: their paths are not counted.
TEST(ShapeMessages, AreSilentAboutPathsOfTwins) {
  const Verdict verdict =
      verdict_of(flow("      - { stepID: 1, kind: gateway, ref: excl }\n"
                      "      - { stepID: 1, kind: gateway, ref: excl }\n"));
  EXPECT_EQ(culprits_of(verdict), "step 1") << lines_of(verdict.issues);
}

}  // namespace
}  // namespace millrace
