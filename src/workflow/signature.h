// What a function or an iterator that steps may call looks like from outside: declared once, for
// verification, the editor, `millrace functions` and the reference page. Functions are declared
// with their behaviour (function/declaration.h), the iterators in workflow/iterators.h.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "value/type.h"
#include "value/value.h"
#include "workflow/secrecy.h"

namespace millrace {

struct ArgumentSignature {
  std::string_view name;
  std::vector<Type> types;  // any of them
  bool required = false;
  std::string_view help;
  Secrecy secrecy = Secrecy::open;

  bool takes(Type type) const;  // Any among the types takes every type
};

struct ResultSignature {
  std::string_view name;
  Type type = Type::Any;
  std::string_view help;
};

// Of a function whose calls may be made again: what a restart of the server means for them.
struct Repeating {
  std::string_view key = {};      // the argument that makes a call take effect once, however often
  std::string_view durable = {};  // the argument that has streams among the results stored first
  // Whether a call without a key may be made again for the stream that it gave; none: never.
  bool (*is_harmless)(const Dict& arguments) = nullptr;
  // What has to be the same of another call's results for its stream to go in place of the first.
  std::string (*identity)(const Dict& results) = nullptr;
  std::vector<std::string_view> identity_of = {};  // the results that it reads

  bool is_keyed(const Dict& arguments) const;
  bool is_durable(const Dict& arguments) const;
  bool gives_again(const Dict& arguments) const {
    return identity != nullptr &&
           (is_keyed(arguments) || (is_harmless != nullptr && is_harmless(arguments)));
  }
};

struct Signature {
  enum class Kind : std::uint8_t { function, iterator };

  std::string_view ref;  // "httpRequestSend"
  Kind kind = Kind::function;
  std::vector<ArgumentSignature> arguments;
  std::vector<ResultSignature> results;
  std::string_view help;     // one sentence
  std::string_view example;  // arguments of a step in YAML's flow form, or empty
  // Otherwise known, kept and written back, but not to be called here: verification says so.
  bool available = true;
  bool open = false;  // takes arguments of any other name too
  Repeating repeating = {};

  const ArgumentSignature* argument(std::string_view name) const;  // or nullptr
  // `error`, which names the argument that it is of, as it may be shown.
  Error shown(const Error& error) const;
  const ResultSignature* result(std::string_view name) const;  // likewise
};

// "Integer or String".
std::string types_text(const std::vector<Type>& types);

// All signatures by ref. Immutable once built; pointers into it stay valid as long as it lives.
class Registry {
 public:
  // A second signature of the same ref replaces the first.
  void add(Signature signature);

  const Signature* find(std::string_view ref) const;  // or nullptr
  std::vector<const Signature*> all() const;          // by ref

 private:
  std::map<std::string_view, Signature> by_ref_;
};

}  // namespace millrace
