#include "workflow/signatures/families.h"

namespace millrace::signatures {
namespace {

Signature level(std::string_view ref, std::string_view help) {
  return {.ref = ref,
          .kind = Signature::Kind::function,
          .arguments = {{"message", {Type::String}, true, "What to write."},
                        {"fields", {Type::KV}, false, "More facts, by name."}},
          .results = {},
          .help = help,
          .example = "[{ target: message, type: String, value: \"done\" }]"};
}

}  // namespace

std::vector<Signature> log() {
  return {level("logDebug", "Writes to the log, for whoever looks for a fault."),
          level("logInfo", "Writes to the log."), level("logWarn", "Writes a warning to the log."),
          level("logError", "Writes an error to the log; the workflow goes on.")};
}

}  // namespace millrace::signatures
