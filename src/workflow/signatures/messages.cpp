#include "workflow/signatures/families.h"

namespace millrace::signatures {
namespace {

Signature body_read(std::string_view ref) {
  return {.ref = ref,
          .kind = Signature::Kind::function,
          .arguments = {{"request", {Type::HttpRequest}, true, "The request that came in."}},
          .results = {{"body", Type::String, "Its body."}},
          .help = "Reads the body of a request that started the workflow.",
          .example = "[{ target: request, type: HttpRequest, expr: \"request\" }]"};
}

}  // namespace

std::vector<Signature> messages() {
  using enum Type;
  return {
      {.ref = "queueWrite",
       .kind = Signature::Kind::function,
       .arguments = {{"payload", {String, Reader}, true, "What to put into the queue."},
                     {"queue", {String}, true, "Name of the queue."}},
       .results = {},
       .help = "Puts a message into a queue.",
       .example = ""},
      body_read("httpBodyRead"),
      body_read("apigwBodyRead"),
      {.ref = "apigwBodyReadFile",
       .kind = Signature::Kind::function,
       .arguments = {{"request", {HttpRequest}, true, "The request that came in."},
                     {"name", {String}, true, "Name of the form's field."}},
       .results = {{"file", Reader, "The content."},
                   {"fileName", String, "As the sender called it."},
                   {"exists", Boolean, "Whether there is such a file."}},
       .help = "Reads a file from a form that started the workflow.",
       .example = ""},
  };
}

}  // namespace millrace::signatures
