// What came in by HTTP and started the workflow.
#include "function/declaration.h"

namespace millrace {
namespace {

FunctionDeclaration body_read(std::string_view ref) {
  return {{.ref = ref,
           .arguments = {{"request", {Type::HttpRequest}, true, "The request that came in."}},
           .results = {{"body", Type::String, "Its body."}},
           .help = "Reads the body of a request that started the workflow.",
           .example = "[{ target: request, type: HttpRequest, expr: \"request\" }]"}};
}

}  // namespace

std::vector<FunctionDeclaration> request_functions() {
  using enum Type;
  return {
      body_read("httpBodyRead"),
      body_read("apigwBodyRead"),
      {{.ref = "apigwBodyReadFile",
        .arguments = {{"request", {HttpRequest}, true, "The request that came in."},
                      {"name", {String}, true, "Name of the form's field."}},
        .results = {{"file", Reader, "The content."},
                    {"fileName", String, "As the sender called it."},
                    {"exists", Boolean, "Whether there is such a file."}},
        .help = "Reads a file from a form that started the workflow.",
        .example = "[{ target: request, type: HttpRequest, expr: \"request\" }, "
                   "{ target: name, type: String, value: \"picture\" }]"}},
  };
}

}  // namespace millrace
