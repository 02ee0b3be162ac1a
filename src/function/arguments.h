// The arguments of one call, by name and type. An argument that is null counts as not given, as for
// the reference.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/effects.h"
#include "value/outcome.h"

namespace millrace {

class Arguments {
 public:
  // Refers to `call` and `effects`; lives in the frame of the function that was called.
  Arguments(const FunctionCall& call, Effects& effects) : call_(call), effects_(effects) {}

  // "argument "timeout" of step 7"
  std::string describe(std::string_view name) const;

  // How many are given, or are null.
  std::size_t count() const { return call_.arguments.size(); }
  // nullptr where it is not given.
  const Value* find(std::string_view name) const;
  // Cast to `type`; absent where it is not given. Errors name the argument.
  Outcome cast_to(std::string_view name, Type type) const;
  // The same, and it reads a Reader to its end where its content is needed; stopping `step` ends
  // that.
  Task<Result<Value>> get(Scope& step, std::string_view name, Type type) const;
  // As text; empty where it is not given.
  Task<Result<std::string>> text(Scope& step, std::string_view name) const;

  // "argument "timeout" of step 7: why"
  std::string about(std::string_view name, std::string_view why) const;
  Error invalid(std::string_view name, std::string_view why) const;

 private:
  const FunctionCall& call_;
  Effects& effects_;
};

}  // namespace millrace
