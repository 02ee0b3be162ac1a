#include "cli/step_functions.h"

#include <fmt/format.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cli/markdown.h"
#include "function/registry.h"

namespace millrace {
namespace {

constexpr std::string_view kIntroduction =
    R"(# Functions and iterators that steps call

This page is made by `millrace functions --of steps --output markdown`; a test fails when it
differs. The functions of the expression language are in [expressions.md](expressions.md).

A step of kind `function` or `iterator` names what it calls as its `ref`. Each of its `arguments` has the
name of one below as `target`. Its `results` say which variable takes which result:
`{ target: order, type: Any, expr: json }`. The body of a loop sees the results of the iterator that way.

An argument without "required" may be left out, and one that is null counts as left out. What is not
listed, or has another `type` than is listed, is an issue at verification; Any takes every type.
)";

enum class Section : std::uint8_t { functions, iterators, unavailable };

Section section_of(const Signature& signature) {
  if (!signature.available) return Section::unavailable;
  return signature.kind == Signature::Kind::iterator ? Section::iterators : Section::functions;
}

// By ref. One without arguments and results is known by its name only.
std::vector<const Signature*> listed_under(Section section) {
  std::vector<const Signature*> all;
  for (const Signature* signature : standard_registry().all()) {
    if (section_of(*signature) == section) all.push_back(signature);
  }
  return all;
}

bool is_only_a_name(const Signature& signature) {
  return !signature.available && signature.arguments.empty() && signature.results.empty();
}

void write_entry(std::ostream& out, const Signature& signature) {
  out << "\n### " << signature.ref << "\n\n" << signature.help << '\n';
  if (!signature.arguments.empty()) {
    out << "\n| argument | type | |\n| --- | --- | --- |\n";
    for (const ArgumentSignature& argument : signature.arguments) {
      out << fmt::format("| `{}`{} | {} | {} |\n", argument.name,
                         argument.required ? ", required" : "", types_text(argument.types),
                         argument.help);
    }
  }
  if (!signature.results.empty()) {
    out << "\n| result | type | |\n| --- | --- | --- |\n";
    for (const ResultSignature& result : signature.results) {
      out << fmt::format("| `{}` | {} | {} |\n", result.name, type_name(result.type), result.help);
    }
  }
  if (!signature.example.empty()) {
    out << "\n```yaml\narguments: " << signature.example << "\n```\n";
  }
}

// Those of which nothing but the name is known, by what is said of them.
void write_names(std::ostream& out, const std::vector<const Signature*>& signatures) {
  std::map<std::string_view, std::string> refs;
  for (const Signature* signature : signatures) {
    if (!is_only_a_name(*signature)) continue;
    std::string& all = refs[signature->help];
    if (!all.empty()) all += ", ";
    all += markdown_code(signature->ref);
  }
  for (const auto& [help, all] : refs) out << "\n- " << help << ' ' << all << '\n';
}

void write_text_entry(std::ostream& out, const Signature& signature) {
  out << "\n  " << signature.ref << (signature.available ? "" : " (not available here)") << '\n'
      << "      " << signature.help << '\n';
  for (const ArgumentSignature& argument : signature.arguments) {
    out << fmt::format("      {}{}: {}. {}\n", argument.name, argument.required ? "*" : "",
                       types_text(argument.types), argument.help);
  }
  for (const ResultSignature& result : signature.results) {
    out << fmt::format("      -> {}: {}. {}\n", result.name, type_name(result.type), result.help);
  }
}

boost::json::object to_json(const Signature& signature) {
  boost::json::array arguments;
  for (const ArgumentSignature& argument : signature.arguments) {
    boost::json::array types;
    for (const Type type : argument.types) types.emplace_back(type_name(type));
    arguments.push_back({{"name", argument.name},
                         {"types", std::move(types)},
                         {"required", argument.required},
                         {"help", argument.help}});
  }
  boost::json::array results;
  for (const ResultSignature& result : signature.results) {
    results.push_back(
        {{"name", result.name}, {"type", type_name(result.type)}, {"help", result.help}});
  }
  const bool is_iterator = signature.kind == Signature::Kind::iterator;
  return {{"ref", signature.ref},
          {"kind", is_iterator ? "iterator" : "function"},
          {"available", signature.available},
          {"arguments", std::move(arguments)},
          {"results", std::move(results)},
          {"help", signature.help},
          {"example", signature.example}};
}

}  // namespace

void write_step_functions(std::ostream& out) {
  out << "functions and iterators that steps call (* required)\n";
  for (const Section section : {Section::functions, Section::iterators, Section::unavailable}) {
    for (const Signature* signature : listed_under(section)) write_text_entry(out, *signature);
  }
}

void write_step_reference(std::ostream& out) {
  out << kIntroduction << "\n## Functions\n";
  for (const Signature* signature : listed_under(Section::functions)) write_entry(out, *signature);
  out << "\n## Iterators\n";
  for (const Signature* signature : listed_under(Section::iterators)) write_entry(out, *signature);
  out << "\n## Known, but not available here\n\n"
         "Steps that call these are read, kept and written, and are an issue at verification.\n";
  const std::vector<const Signature*> unavailable = listed_under(Section::unavailable);
  write_names(out, unavailable);
  for (const Signature* signature : unavailable) {
    if (!is_only_a_name(*signature)) write_entry(out, *signature);
  }
}

boost::json::array step_functions_json() {
  boost::json::array all;
  for (const Signature* signature : standard_registry().all()) all.push_back(to_json(*signature));
  return all;
}

}  // namespace millrace
