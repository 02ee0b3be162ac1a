#include "function/declaration.h"

namespace millrace {

std::vector<FunctionDeclaration> queue_functions() {
  using enum Type;
  return {
      {{.ref = "queueWrite",
        .arguments = {{"payload", {String, Reader}, true, "What to put into the queue."},
                      {"queue", {String}, true, "Name of the queue."}},
        .results = {},
        .help = "Puts a message into a queue.",
        .example = "[{ target: payload, type: String, expr: \"toJSON(order)\" }, "
                   "{ target: queue, type: String, value: \"orders\" }]"}},
  };
}

}  // namespace millrace
