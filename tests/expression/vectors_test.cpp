// Every recorded outcome of the reference engine (tests/reference/expressions) must come out here.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <sstream>
#include <string>

#include "expression/evaluating.h"

namespace millrace {
namespace {

namespace json = boost::json;

std::string reference(const std::string& file) {
  return std::string(MILLRACE_SOURCE_DIR) + "/tests/reference/expressions/" + file;
}

std::string read_file(const std::string& path) {
  std::ifstream in(path);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

bool same(const json::value& a, const json::value& b);

bool same_object(const json::object& a, const json::object& b) {
  if (a.size() != b.size()) return false;
  const json::value* type = a.if_contains("@type");
  const bool reader = type != nullptr && *type == "Reader";
  for (const auto& [key, value] : a) {
    const json::value* other = b.if_contains(key);
    if (other == nullptr) return false;
    if (!(reader && key == "@value") && !same(value, *other)) return false;
  }
  return true;
}

// Numbers by what they are, not by how they are written; of readers only the type.
bool same(const json::value& a, const json::value& b) {
  if (a.is_object() && b.is_object()) return same_object(a.get_object(), b.get_object());
  if (a.is_array() && b.is_array()) {
    const json::array& x = a.get_array();
    const json::array& y = b.get_array();
    return std::equal(x.begin(), x.end(), y.begin(), y.end(), same);
  }
  const bool floats = a.is_double() || b.is_double();
  if (floats && a.is_number() && b.is_number()) {
    return a.to_number<double>() == b.to_number<double>();
  }
  return a == b;
}

std::string text_or_none(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value == nullptr ? "" : std::string(value->as_string());
}

ArgumentSource to_argument(const json::object& object) {
  ArgumentSource source;
  source.target = text_or_none(object, "target");
  source.type = *type_from_name(text_or_none(object, "type"));
  source.source = text_or_none(object, "source");
  source.expr = text_or_none(object, "expr");
  if (const json::value* value = object.if_contains("value")) {
    source.value = *parse_json(json::serialize(*value));
  }
  return source;
}

// The output of the arguments as typed JSON, or "error: ..." with the stage.
std::string run(const json::array& arguments, const Dict& scope) {
  std::vector<ArgumentSource> sources;
  for (const json::value& argument : arguments) {
    sources.push_back(to_argument(argument.as_object()));
  }
  Evaluating evaluating;
  std::vector<ArgumentIssue> issues;
  const auto program = compile_arguments(sources, *evaluating.names, {}, issues);
  if (!program) return "error: parse: " + issues.front().error.to_line();
  ArgumentRun run(Variables(evaluating.names, scope));
  const ArgumentProgress progress = run_arguments(*program, run, evaluating.context);
  if (const auto* error = std::get_if<Error>(&progress)) return "error: eval: " + error->to_line();
  if (std::holds_alternative<Needs>(progress)) return "error: needs";
  const Result<std::string> text = to_typed_json(run.results());
  return text ? *text : "error: text: " + text.error().to_line();
}

TEST(Vectors, AllHold) {
  const auto scope = from_json_input(read_file(reference("scope.json")));
  ASSERT_TRUE(scope) << scope.error().to_line();
  std::ifstream cases(reference("cases.jsonl"));
  ASSERT_TRUE(cases);
  std::string line;
  int number = 0;
  int failed = 0;
  while (std::getline(cases, line)) {
    ++number;
    const json::object given = json::parse(line).as_object();
    const std::string got = run(given.at("args").as_array(), *scope);
    const bool error = got.starts_with("error: ");
    const json::value* vars = given.if_contains("vars");
    const bool holds = vars == nullptr ? error : !error && same(*vars, json::parse(got));
    if (holds) continue;
    ++failed;
    ADD_FAILURE() << "cases.jsonl:" << number << ": " << json::serialize(given.at("args"))
                  << "\n  wanted "
                  << (vars ? json::serialize(*vars)
                           : "an error, as in: " + std::string(given.at("error").as_string()))
                  << "\n  got    " << got;
  }
  EXPECT_GE(number, 1600);
  RecordProperty("failed", failed);
}

}  // namespace
}  // namespace millrace
