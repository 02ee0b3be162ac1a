#include "cli/expression_functions.h"

#include <string>
#include <string_view>

#include "cli/markdown.h"
#include "expression/function.h"
#include "expression/functions/signature.h"

namespace millrace {
namespace {

constexpr std::string_view kIntroduction =
    R"(## Functions

This part is made by `millrace functions --of expressions --output markdown`; a test fails when it differs.

A function's name followed by its arguments is a call: `trim(name)`. A name without parentheses is
a call without arguments. A function's name at the head of an expression is always the function,
also where a variable of that name exists.

| parameter | takes |
| --- | --- |
| Float | a Float, as number literals are; not an Integer: write `float(i)` |
| text | String or Handle |
| Boolean | `true` or `false` |
| DateTime or text | a DateTime, or text in one of the layouts above |
| Array, list, text list or Bytes | these; `[1, 2]` is a list, `split` gives a text list |
| anything | every value, null included |

Another kind, null for anything but *anything*, or a wrong number of arguments is an error that
names the function, the parameter, what was expected and what was given. Dots mark a parameter that
may be repeated, also no times; brackets one that may be left out.
)";

std::string family_title(std::string_view family) {
  std::string title(family);
  if (!title.empty() && title[0] >= 'a' && title[0] <= 'z') title[0] -= 'a' - 'A';
  return title;
}

// "text: text, times: Float"; empty for none.
std::string parameters_text(const Function& function) {
  std::string out;
  for (const Parameter& parameter : function.parameters) {
    if (!out.empty()) out.append(", ");
    out.append(parameter.name).append(": ").append(parameter_kind_text(parameter.kind));
  }
  return out;
}

boost::json::value to_json(const Function& function) {
  boost::json::array parameters;
  for (std::size_t i = 0; i < function.parameters.size(); ++i) {
    const Parameter& parameter = function.parameters[i];
    const bool last = i + 1 == function.parameters.size();
    parameters.push_back({{"name", parameter.name},
                          {"kind", parameter_kind_text(parameter.kind)},
                          {"required", i < function.required},
                          {"repeats", function.variadic && last}});
  }
  return {{"name", function.name},
          {"family", function.family},
          {"signature", signature(function)},
          {"parameters", std::move(parameters)},
          {"result", function.result},
          {"help", function.help},
          {"example", function.example},
          {"exampleResult", function.example_result}};
}

}  // namespace

void write_expression_functions(std::ostream& out) {
  std::string_view family;
  for (const Function* function : all_functions()) {
    if (function->family != family) {
      out << (family.empty() ? "" : "\n") << function->family << '\n';
      family = function->family;
    }
    out << "\n  " << signature(*function) << " -> " << function->result << '\n';
    if (!function->parameters.empty()) out << "      " << parameters_text(*function) << '\n';
    out << "      " << function->help << '\n' << "      " << function->example;
    if (!function->example_result.empty()) out << " is " << function->example_result;
    out << '\n';
  }
}

void write_expression_reference(std::ostream& out) {
  out << kIntroduction;
  std::string_view family;
  for (const Function* function : all_functions()) {
    if (function->family != family) {
      family = function->family;
      out << "\n### " << family_title(family) << '\n';
    }
    out << "\n#### " << function->name << "\n\n"
        << markdown_code(signature(*function)) << " gives " << function->result;
    if (!function->parameters.empty()) out << "; " << parameters_text(*function);
    out << ".\n\n" << function->help << "\n\n" << markdown_code(function->example);
    if (!function->example_result.empty()) out << " is " << markdown_code(function->example_result);
    out << '\n';
  }
}

boost::json::array expression_functions_json() {
  boost::json::array functions;
  for (const Function* function : all_functions()) functions.push_back(to_json(*function));
  return functions;
}

}  // namespace millrace
