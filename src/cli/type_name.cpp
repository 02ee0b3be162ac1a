#include "cli/type_name.h"

#include <string>

#include "base/near.h"

namespace millrace {

Result<Type> read_type_name(std::string_view name) {
  if (name.empty()) return Type::Any;
  if (const auto type = type_from_name(name)) return *type;
  std::string message = "unknown type \"" + std::string(name) + "\"";
  if (const auto near = nearest(name, type_names())) {
    message += "; did you mean \"" + std::string(*near) + "\"?";
  }
  return Error(ErrorKind::invalid, std::move(message));
}

}  // namespace millrace
