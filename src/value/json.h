// The JSON forms of values. Typed JSON keeps every type: {"@type": "Integer", "@value": 4}; plain
// JSON is what the world outside sends and wants. 64-bit integers stay exact in both.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "value/outcome.h"
#include "value/value.h"

namespace millrace {

struct JsonLimits {
  std::size_t bytes = 64 * 1024 * 1024;  // of the text
  std::uint32_t depth = 250;             // of arrays and objects within each other
};

// What the values that are read may come to, counted down as they are made.
struct JsonBudget {
  std::uint64_t bytes;  // of memory, about
  std::uint64_t parts;  // values
  // Set from another thread when nobody wants the result any more.
  const std::atomic<bool>* stop = nullptr;
  bool ran_out = false;  // the error of reading is one of the budget, not of the text

  bool is_stopped() const { return stop != nullptr && stop->load(std::memory_order_relaxed); }
};

// Errors of reading are of kind invalid (exhausted where a limit is passed) and say line and
// column. Of equal keys the last one wins.

// Plain JSON as untyped values: numbers are Float, arrays lists, objects maps.
Result<Value> parse_json(std::string_view text, const JsonLimits& limits = {});
Result<Value> parse_json(std::string_view text, JsonBudget& budget, const JsonLimits& limits = {});

// {"@type", "@value"}.
Result<Value> from_typed_json(std::string_view text, const JsonLimits& limits = {});

// An object by name of values, each either typed (where it is an object with "@type") or plain
// JSON, taken as Any.
Result<Dict> from_json_input(std::string_view text, const JsonLimits& limits = {});

// The same for a document that is at hand as a value of parse_exact_json.
Result<Value> from_typed(const Value& document);
Result<Dict> from_input(const Value& document);

// Plain JSON in which integers that fit 64 bits are kept as integers: a document that is read for
// typed values within it.
Result<Value> parse_exact_json(std::string_view text, const JsonLimits& limits = {});

// Typed JSON in one line. Duration as text, Bytes as base64, ID as text, numbers that are not
// finite as text; under Any plain JSON. A Reader holds its content, null while that is not there.
// Error (exhausted) where the text would be longer than `max_bytes`: shared parts are written each
// time they occur, so a small value can have a very long text.
constexpr std::size_t kMaxJsonBytes = 256 * 1024 * 1024;
Result<std::string> to_typed_json(const Value& value, std::size_t max_bytes = kMaxJsonBytes);
// {"name": {"@type", "@value"}, ...}
Result<std::string> to_typed_json(const Dict& vars, std::size_t max_bytes = kMaxJsonBytes);

// Plain JSON in one line, types dropped: DateTime in RFC 3339, Duration in nanoseconds, Bytes as
// base64, Url as text, a Reader's content as text. Error for numbers that are not finite and past
// `max_bytes`; Needs for a Reader that is not drained.
Attempt<std::string> to_json(const Value& value, std::size_t max_bytes = kMaxJsonBytes);

// Appends `text` as a JSON string with its quotes. What is not UTF-8 becomes U+FFFD.
void append_json_string(std::string& out, std::string_view text);

}  // namespace millrace
