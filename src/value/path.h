// Paths through values: reading one step, and assigning to a target such as "a.b[0].c".
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "value/outcome.h"
#include "value/value.h"

namespace millrace {

// One part of a target. `kvv.x[]` appends: an empty key.
struct Segment {
  std::string key;

  friend bool operator==(const Segment&, const Segment&) = default;
};

struct Target {
  std::vector<Segment> segments;  // at least one; the first names the variable

  const std::string& base() const { return segments.front().key; }
  std::span<const Segment> below_base() const { return std::span(segments).subspan(1); }
  friend bool operator==(const Target&, const Target&) = default;
};

// segment { "." segment | "[" segment "]" }, the segments being literal text. As the reference has
// it, a "." or "[" ends a segment and so does a "]", whether it closes anything or not; after a "]"
// comes ".", "[" or the end, and the end needs no "]". Only the first segment may not be empty. The
// error shows the place.
Result<Target> parse_target(std::string_view text);

// Puts `value` at `path` below `container`, in place as far as nobody else holds it; an empty path
// replaces the container. On an error or Needs the container is as it was. Nothing in between is
// created; an item of an Array keeps its type and the value is cast to it.
Attempt<std::monostate> assign(Value& container, std::span<const Segment> path, Value value);

// One step of reading, as an operand: Vars, KV, KVV by key (a missing one is an error), map by key
// (missing: null), Array, text list and bytes by index, list by index (else the list itself).
Result<Value> select(const Value& container, std::string_view key);
// The same with a key that has been evaluated; it counts as its operator text.
Outcome select(const Value& container, const Value& key);

// The stored value under a key of Vars, KV, KVV, Meta or map, without copying it; nullptr where
// select() has to decide. Holds while `container` does not change.
inline const Value* find_in(const Value& container, std::string_view key) {
  return container.has_dict() ? container.dict().find(key) : nullptr;
}

}  // namespace millrace
