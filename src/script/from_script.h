// What a script returned, as a value.
#pragma once

#include <js/TypeDecls.h>

#include <cstdint>
#include <optional>
#include <string>

#include "value/value.h"

namespace millrace::script {

class FromScript {
 public:
  // Reads what takes up to `limit` bytes as a value, about.
  FromScript(JSContext* cx, std::uint64_t limit) : cx_(cx), left_(limit) {}

  // Nothing: it is no value, or too large (says which), or its getters threw (then an exception is
  // pending). Runs code of the script, and may take as long as that likes.
  std::optional<Value> read(JS::HandleValue from);

  bool is_too_large() const { return too_large_; }
  const std::string& problem() const { return problem_; }  // empty: see above

 private:
  std::optional<Value> read(JS::HandleValue from, std::uint32_t depth);
  std::optional<Value> read_object(JS::HandleObject from, std::uint32_t depth);
  std::optional<Value> read_items(JS::HandleObject from, std::uint32_t depth);
  std::optional<Value> read_entries(JS::HandleObject from, std::uint32_t depth);
  std::optional<Value> read_other(JS::HandleObject from, std::uint32_t depth);
  std::optional<Value> read_boxed(JS::HandleObject from, std::uint32_t depth);
  std::optional<Value> read_bytes(JS::HandleObject from);
  std::optional<Value> read_date(JS::HandleObject from);
  std::optional<Value> read_big(JS::HandleValue from);
  std::optional<std::string> read_text(JS::HandleString from);
  bool spend(std::uint64_t bytes);
  std::nullopt_t refuse(const char* what);

  JSContext* cx_;
  std::uint64_t left_;
  bool too_large_ = false;
  std::string problem_;
};

}  // namespace millrace::script
