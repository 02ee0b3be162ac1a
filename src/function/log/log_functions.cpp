// logDebug, logInfo, logWarn, logError: `message`, then `fields` as name=value.
#include <fmt/format.h>

#include "function/arguments.h"
#include "function/declaration.h"
#include "value/json.h"

namespace millrace {
namespace {

Signature signature(std::string_view ref, std::string_view help) {
  return {.ref = ref,
          .arguments = {{"message", {Type::String}, true, "What to write."},
                        {"fields", {Type::KV}, false, "More facts, by name."}},
          .results = {},
          .help = help,
          .example = "[{ target: message, type: String, value: \"done\" }]"};
}

// One entry is one line, whatever a workflow puts in: nobody forges a second one.
std::string in_one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    if (c == '\n') {
      line += "\\n";
    } else if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) {
      line += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      line += c;
    }
  }
  return line;
}

std::string field(std::string_view name, std::string_view value) {
  std::string text = " " + in_one_line(name) + "=";
  if (value.empty() || value.find_first_of(" \"=\n") != std::string_view::npos) {
    append_json_string(text, value);
  } else {
    text += in_one_line(value);
  }
  return text;
}

template <LogLevel kLevel>
Task<Result<Dict>> write(Scope& step, FunctionContext context, FunctionCall call) {
  const Arguments arguments(call, context.effects);
  auto message = co_await arguments.text(step, "message");
  if (!message) co_return message.error();
  auto fields = co_await arguments.get(step, "fields", Type::KV);
  if (!fields) co_return fields.error();
  std::string line = in_one_line(*message);
  if (!call.workflow.empty()) line += field("workflow", call.workflow);
  line += field("step", call.step);
  if (fields->has_dict()) {
    for (const auto& entry : fields->dict()) line += field(entry.key(), entry.value.as_text());
  }
  context.log.write(kLevel, line);
  co_return Dict();
}

}  // namespace

std::vector<FunctionDeclaration> log_functions() {
  return {
      {signature("logDebug", "Writes to the log, for whoever looks for a fault."),
       &write<LogLevel::debug>},
      {signature("logInfo", "Writes to the log."), &write<LogLevel::info>},
      {signature("logWarn", "Writes a warning to the log."), &write<LogLevel::warn>},
      {signature("logError", "Writes an error to the log; the workflow goes on."),
       &write<LogLevel::error>},
  };
}

}  // namespace millrace
