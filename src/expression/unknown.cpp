#include "expression/unknown.h"

#include <optional>
#include <string>
#include <vector>

#include "base/near.h"
#include "expression/function.h"

namespace millrace {
namespace {

std::string quoted(std::string_view name) { return "\"" + std::string(name) + "\""; }

std::optional<std::string> nearest_variable(std::string_view name, const Variables& variables) {
  const Dict known = variables.to_dict();
  std::vector<std::string_view> names;
  names.reserve(known.size());
  for (const Dict::Entry& entry : known) names.push_back(entry.key());
  const auto found = nearest(name, names);
  return found ? std::optional<std::string>(*found) : std::nullopt;
}

std::optional<std::string_view> nearest_function(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Function* function : all_functions()) names.push_back(function->name);
  return nearest(name, names);
}

}  // namespace

Error unknown_variable(std::string_view name, const Variables& variables) {
  std::string message = "there is no variable " + quoted(name);
  if (const auto near = nearest_variable(name, variables)) {
    message += "; did you mean " + quoted(*near) + "?";
  } else if (name == "nil" || name == "null") {
    message += ": the language has no word for null";
  } else if (const auto function = nearest_function(name)) {
    message += "; did you mean the function " + quoted(*function) + "?";
  }
  return {ErrorKind::invalid, std::move(message)};
}

Error unknown_function(std::string_view name, const Variables& variables) {
  if (!variables.get(name).is_absent()) {
    return {ErrorKind::invalid, quoted(name) + " is a variable, not a function"};
  }
  std::string message = "there is no function " + quoted(name);
  if (const auto near = nearest_function(name)) {
    message += "; did you mean " + quoted(*near) + "?";
  }
  return {ErrorKind::invalid, std::move(message)};
}

}  // namespace millrace
