#include "value/type_name.h"

#include "base/near.h"

namespace millrace {

Result<Type> read_type_name(std::string_view name) {
  if (name.empty()) return Type::Any;
  if (const auto type = type_from_name(name)) return *type;
  std::string message = unknown_type(name);
  if (const auto near = nearest(name, type_names())) {
    message += "; did you mean \"" + std::string(*near) + "\"?";
  }
  return Error(ErrorKind::invalid, std::move(message));
}

std::string unknown_type(std::string_view name) {
  return "unknown type \"" + std::string(name) + "\"";
}

}  // namespace millrace
