#include "workflow/signature.h"

#include <algorithm>
#include <utility>

#include "value/cast.h"

namespace millrace {

namespace {

template <class Named>
const Named* find_named(const std::vector<Named>& all, std::string_view name) {
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const Named& candidate) { return candidate.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

std::string types_text(const std::vector<Type>& types) {
  std::string text;
  for (const Type type : types) {
    if (!text.empty()) text += " or ";
    text += type_name(type);
  }
  return text;
}

const ArgumentSignature* Signature::argument(std::string_view name) const {
  return find_named(arguments, name);
}

const ResultSignature* Signature::result(std::string_view name) const {
  return find_named(results, name);
}

bool Repeating::is_keyed(const Dict& arguments) const {
  const Value* given = key.empty() ? nullptr : arguments.find(key);
  if (given == nullptr || given->is_null()) return false;
  return !given->is_text() || !given->as_text().empty();
}

bool Repeating::is_durable(const Dict& arguments) const {
  const Value* given = durable.empty() ? nullptr : arguments.find(durable);
  if (given == nullptr || given->is_null()) return false;
  const Outcome flag = cast(*given, Type::Boolean);
  const auto* value = std::get_if<Value>(&flag);
  return value != nullptr && value->as_boolean();
}

Error Signature::shown(const Error& error) const {
  // "argument "secret"", as argument programs say; the name may go on with a path.
  constexpr std::string_view kBegin = "argument \"";
  const std::string_view where = error.where();
  if (!where.starts_with(kBegin)) return error;
  const std::string_view rest = where.substr(kBegin.size());
  const ArgumentSignature* found = argument(rest.substr(0, rest.find_first_of("\".[")));
  return found == nullptr ? error : shown_as(found->secrecy, error);
}

bool ArgumentSignature::takes(Type type) const {
  return std::any_of(types.begin(), types.end(),
                     [&](Type allowed) { return allowed == type || allowed == Type::Any; });
}

void Registry::add(Signature signature) {
  const std::string_view ref = signature.ref;
  by_ref_.insert_or_assign(ref, std::move(signature));
}

const Signature* Registry::find(std::string_view ref) const {
  const auto found = by_ref_.find(ref);
  return found == by_ref_.end() ? nullptr : &found->second;
}

std::vector<const Signature*> Registry::all() const {
  std::vector<const Signature*> all;
  all.reserve(by_ref_.size());
  for (const auto& [ref, signature] : by_ref_) all.push_back(&signature);
  return all;
}

}  // namespace millrace
