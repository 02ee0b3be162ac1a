#include "function/registry.h"

#include <unordered_map>
#include <utility>

#include "workflow/iterators.h"

namespace millrace {
namespace {

struct Known {
  Registry signatures;
  std::unordered_map<std::string_view, Behaviour> behaviours;
};

const Known& known() {
  static const Known kKnown = [] {
    Known all;
    for (Signature& signature : iterator_signatures()) all.signatures.add(std::move(signature));
    for (FunctionDeclaration& declared : declared_functions()) {
      declared.signature.available = declared.behaviour != nullptr;
      all.behaviours.emplace(declared.signature.ref, declared.behaviour);
      all.signatures.add(std::move(declared.signature));
    }
    return all;
  }();
  return kKnown;
}

}  // namespace

Behaviour find_behaviour(std::string_view ref) {
  const auto found = known().behaviours.find(ref);
  return found == known().behaviours.end() ? nullptr : found->second;
}

const Registry& standard_registry() { return known().signatures; }

}  // namespace millrace
