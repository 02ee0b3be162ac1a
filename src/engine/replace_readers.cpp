#include "engine/replace_readers.h"

#include <optional>
#include <utility>

namespace millrace {
namespace {

using Replace = std::function<Ref<Reader>(const Ref<Reader>&)>;

// Nothing where there is no reader in it.
std::optional<Value> replaced(const Value& value, const Replace& by) {
  if (value.is_reader()) return Value::reader(by(value.as_reader())).with_type(Type::Reader);
  std::optional<Value> changed;
  const auto to_change = [&]() -> Value& { return changed ? *changed : changed.emplace(value); };
  if (value.has_items()) {
    for (std::size_t i = 0; i < value.items().size(); ++i) {
      if (auto item = replaced(value.items()[i], by)) to_change().set_item(i, std::move(*item));
    }
  }
  if (value.has_dict()) {
    for (const auto& entry : value.dict()) {
      if (auto item = replaced(entry.value, by)) {
        to_change().dict_for_change().set(entry.name, std::move(*item));
      }
    }
  }
  return changed;
}

void find_readers(const Value& value, std::vector<Ref<Reader>>& found) {
  if (value.is_reader()) found.push_back(value.as_reader());
  if (value.has_items()) {
    for (const Value& item : value.items()) find_readers(item, found);
  }
  if (value.has_dict()) {
    for (const auto& entry : value.dict()) find_readers(entry.value, found);
  }
}

}  // namespace

std::vector<Ref<Reader>> readers_in(const Dict& vars) {
  std::vector<Ref<Reader>> found;
  for (const auto& entry : vars) find_readers(entry.value, found);
  return found;
}

Dict replace_readers(Dict vars, const Replace& by) {
  const Value whole = Value::vars(std::move(vars));
  const auto changed = replaced(whole, by);
  return changed ? changed->dict() : whole.dict();
}

}  // namespace millrace
