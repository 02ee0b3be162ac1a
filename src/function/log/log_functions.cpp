#include "function/log/log_functions.h"

#include <fmt/format.h>

#include "function/arguments.h"
#include "value/json.h"

namespace millrace {
namespace {

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

Task<Result<Dict>> write(Scope& step, FunctionContext context, FunctionCall call, LogLevel level) {
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
  context.log.write(level, line);
  co_return Dict();
}

}  // namespace

Task<Result<Dict>> log_debug(Scope& step, FunctionContext context, FunctionCall call) {
  return write(step, context, std::move(call), LogLevel::debug);
}

Task<Result<Dict>> log_info(Scope& step, FunctionContext context, FunctionCall call) {
  return write(step, context, std::move(call), LogLevel::info);
}

Task<Result<Dict>> log_warn(Scope& step, FunctionContext context, FunctionCall call) {
  return write(step, context, std::move(call), LogLevel::warn);
}

Task<Result<Dict>> log_error(Scope& step, FunctionContext context, FunctionCall call) {
  return write(step, context, std::move(call), LogLevel::error);
}

}  // namespace millrace
