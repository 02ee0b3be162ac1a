// The reference's casts (tests/reference/expressions, groups cast:*), done on values directly: each
// vector evaluates one of a few simple expressions and stores the result under a type.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "value/cast.h"
#include "value/json.h"
#include "value/path.h"

namespace millrace {
namespace {

std::string read_file(const std::string& name) {
  std::ifstream file(std::string(MILLRACE_SOURCE_DIR "/tests/reference/expressions/") + name);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

// The operand that `expression` gives in `scope`; absent for one that fails.
Value operand_of(const std::string& expression, const Dict& scope) {
  if (expression == "date") return Value::absent();  // the function, called without arguments
  if (expression == "any.list") return *select(*scope.find("any"), "list");
  if (const Value* variable = scope.find(expression)) return variable->operand();
  return *parse_json(expression);  // literals of these vectors are JSON as well
}

TEST(CastVectors, StoreWhatTheReferenceStores) {
  const Dict scope = *from_json_input(read_file("scope.json"));
  std::istringstream lines(read_file("cases.jsonl"));
  std::string line;
  int checked = 0;
  for (int number = 1; std::getline(lines, line); ++number) {
    const Value vector = *parse_exact_json(line);
    const Dict& fields = vector.dict();
    if (!fields.find("group")->as_text().starts_with("cast:")) continue;
    SCOPED_TRACE("cases.jsonl:" + std::to_string(number) + ": " + line);
    ++checked;
    const Dict& argument = fields.find("args")->items()[0].dict();
    const Type type = *type_from_name(argument.find("type")->as_text());
    Value operand = operand_of(std::string(argument.find("expr")->as_text()), scope);
    const Value* expected = fields.find("vars");
    if (operand.is_absent()) {
      EXPECT_EQ(expected, nullptr);
      continue;
    }
    const Outcome outcome = type_result(std::move(operand), type, std::nullopt);
    if (expected == nullptr) {
      EXPECT_TRUE(std::holds_alternative<Error>(outcome));
      continue;
    }
    if (const Error* error = std::get_if<Error>(&outcome)) {
      ADD_FAILURE() << error->message();
      continue;
    }
    const Value& stored = std::get<Value>(outcome);
    const Value wanted = *from_typed(*expected->dict().find("r"));
    EXPECT_EQ(*to_typed_json(stored), *to_typed_json(wanted));
  }
  EXPECT_EQ(checked, 467);
}

}  // namespace
}  // namespace millrace
