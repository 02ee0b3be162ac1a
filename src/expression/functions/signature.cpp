#include "expression/functions/signature.h"

namespace millrace {

std::string signature(const Function& function) {
  std::string out(function.name);
  out.push_back('(');
  std::size_t open = 0;  // brackets to close
  for (std::size_t i = 0; i < function.parameters.size(); ++i) {
    const bool last = i + 1 == function.parameters.size();
    const bool repeats = function.variadic && last;
    const bool optional = i >= function.required && !repeats;
    if (optional) {
      out.push_back('[');
      ++open;
    }
    if (i > 0) out.append(", ");
    out.append(function.parameters[i].name);
    if (repeats) out.append("...");
  }
  out.append(open, ']').push_back(')');
  return out;
}

std::string_view parameter_kind_text(ParameterKind kind) {
  switch (kind) {
    case ParameterKind::number: return "Float";
    case ParameterKind::text: return "text";
    case ParameterKind::boolean: return "Boolean";
    case ParameterKind::time: return "DateTime or text";
    case ParameterKind::list: return "Array, list, text list or Bytes";
    case ParameterKind::anything: return "anything";
  }
  return "";
}

}  // namespace millrace
