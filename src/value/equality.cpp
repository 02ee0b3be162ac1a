// Comparing whole values: by what they mean (deep_equal), and exactly (operator==).
#include <cmath>
#include <set>
#include <utility>
#include <vector>

#include "value/convert.h"

namespace millrace {
namespace {

using Kind = Value::Kind;

// Walks two values side by side, without recursion. Pairs of parts that are shared are looked at
// once, so that what was built by doubling takes no exponential time.
class Comparison {
 public:
  explicit Comparison(bool is_exact) : is_exact_(is_exact) {}

  bool run(const Value& a, const Value& b) {
    if (!compare(a, b)) return false;
    while (!open_.empty()) {
      const auto [left, right] = open_.back();
      open_.pop_back();
      if (!compare_parts(*left, *right)) return false;
    }
    return true;
  }

 private:
  // False when they differ at first sight; containers are put down for later.
  bool compare(const Value& a, const Value& b);
  bool compare_scalars(const Value& a, const Value& b) const;
  bool compare_parts(const Value& a, const Value& b);

  bool is_exact_;
  std::vector<std::pair<const Value*, const Value*>> open_;
  std::set<std::pair<const void*, const void*>> seen_;
};

bool same_float(double a, double b, bool is_exact) {
  if (is_exact && std::isnan(a)) return std::isnan(b);
  return a == b && (!is_exact || std::signbit(a) == std::signbit(b));
}

bool same_instant(const Instant& a, const Instant& b, bool is_exact) {
  return a == b && (!is_exact || a.null || a.offset_minutes == b.offset_minutes);
}

bool Comparison::compare(const Value& a, const Value& b) {
  if (a.kind() != b.kind() || (is_exact_ && a.type() != b.type())) return false;
  if (!a.has_items() && !a.has_dict()) return compare_scalars(a, b);
  if (a.identity() == b.identity()) return true;
  const bool is_shared = !a.is_sole_holder() && !b.is_sole_holder();
  if (is_shared && !seen_.emplace(a.identity(), b.identity()).second) return true;
  open_.emplace_back(&a, &b);
  return true;
}

bool Comparison::compare_scalars(const Value& a, const Value& b) const {
  switch (a.kind()) {
    case Kind::absent:
    case Kind::null: return true;
    case Kind::boolean: return a.as_boolean() == b.as_boolean();
    case Kind::integer:
    case Kind::host_int: return a.as_integer() == b.as_integer();
    case Kind::unsigned_integer: return a.as_unsigned() == b.as_unsigned();
    case Kind::floating: return same_float(a.as_float(), b.as_float(), is_exact_);
    case Kind::text: return a.as_text() == b.as_text();
    case Kind::bytes: return a.as_bytes() == b.as_bytes();
    case Kind::instant: return same_instant(a.as_instant(), b.as_instant(), is_exact_);
    case Kind::duration: return a.as_duration() == b.as_duration();
    case Kind::url: return a.as_url() == b.as_url();
    case Kind::reader: return a.as_reader() == b.as_reader();
    case Kind::opaque: return a.as_opaque() == b.as_opaque();
    default: return false;
  }
}

bool Comparison::compare_parts(const Value& a, const Value& b) {
  if (a.has_items()) {
    const auto left = a.items();
    const auto right = b.items();
    if (left.size() != right.size()) return false;
    for (std::size_t i = 0; i < left.size(); ++i) {
      if (!compare(left[i], right[i])) return false;
    }
    return true;
  }
  if (a.dict().size() != b.dict().size()) return false;
  auto right = b.dict().begin();
  for (const Dict::Entry& left : a.dict()) {
    if (left.key() != right->key() || !compare(left.value, right->value)) return false;
    ++right;
  }
  return true;
}

}  // namespace

bool deep_equal(const Value& a, const Value& b) { return Comparison(false).run(a, b); }

bool operator==(const Value& a, const Value& b) { return Comparison(true).run(a, b); }

}  // namespace millrace
