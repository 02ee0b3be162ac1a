#include "workflow/secrecy.h"

#include <string>
#include <vector>

#include "base/secrets.h"

namespace millrace {
namespace {

Value hidden(const Value& value) {
  if (value.is_null()) return value;
  const std::string mark(kHidden);
  if (value.kind() == Value::Kind::text_list) {
    return Value::text_list(std::vector<std::string>(value.items().size(), mark));
  }
  return value.is_text() ? Value::text(mark).with_type(value.type()) : Value::text(mark);
}

Value without_credentials(const Value& value) {
  if (value.is_text()) return Value::text(hide_secrets(value.as_text())).with_type(value.type());
  if (value.kind() == Value::Kind::url) {
    return Value::url(hide_secrets(value.as_url())).with_type(value.type());
  }
  return value;
}

Value without_named(Value value) {
  if (value.has_items()) {
    for (std::size_t i = 0; i < value.items().size(); ++i) {
      if (value.items()[i].has_items() || value.items()[i].has_dict()) {
        value.set_item(i, without_named(value.items()[i]));
      }
    }
  }
  if (!value.has_dict()) return value;
  for (const auto& entry : Dict(value.dict())) {
    value.dict_for_change().set(
        entry.name, is_secret_name(entry.key()) ? hidden(entry.value) : without_named(entry.value));
  }
  return value;
}

}  // namespace

Error shown_as(Secrecy secrecy, const Error& error) {
  if (secrecy != Secrecy::secret) return error;
  const std::string line = error.message().substr(0, error.message().find('\n'));
  const std::size_t first = line.find('"');
  const std::size_t last = line.rfind('"');
  if (first == last) return error.with_message(line);
  // From the first to the last: a value may hold quotes itself.
  return error.with_message(line.substr(0, first + 1) + std::string(kHidden) + line.substr(last));
}

Value shown_as(Secrecy secrecy, const Value& value) {
  switch (secrecy) {
    case Secrecy::open: return value;
    case Secrecy::secret: return hidden(value);
    case Secrecy::url: return without_credentials(value);
    case Secrecy::named: return without_named(value);
  }
  return value;
}

}  // namespace millrace
