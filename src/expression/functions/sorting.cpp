#include <algorithm>
#include <optional>
#include <vector>

#include "expression/functions/arguments.h"
#include "expression/functions/declare.h"
#include "expression/functions/families.h"
#include "value/cast.h"
#include "value/convert.h"

namespace millrace {
namespace {

bool is_sortable(const Value& item) {
  switch (item.type()) {
    case Type::Boolean:
    case Type::Integer:
    case Type::UnsignedInteger:
    case Type::Float:
    case Type::ID:
    case Type::String:
    case Type::Handle:
    case Type::Duration:
    case Type::DateTime: return true;
    default: return false;
  }
}

// Below 0, 0, above 0, for two of one type. Nothing for NaN, which has no place in an order.
std::optional<int> order(const Value& a, const Value& b) {
  const auto three_way = [](const auto& x, const auto& y) { return x < y ? -1 : y < x ? 1 : 0; };
  switch (a.kind()) {
    case Kind::boolean: return three_way(a.as_boolean(), b.as_boolean());
    case Kind::integer: return three_way(a.as_integer(), b.as_integer());
    case Kind::unsigned_integer: return three_way(a.as_unsigned(), b.as_unsigned());
    case Kind::text: return three_way(a.as_text(), b.as_text());
    case Kind::duration: return three_way(a.as_duration(), b.as_duration());
    case Kind::instant: return three_way(a.as_instant(), b.as_instant());
    case Kind::floating: {
      const double x = a.as_float();
      const double y = b.as_float();
      if (x < y) return -1;
      if (y < x) return 1;
      return x == y ? std::optional(0) : std::nullopt;
    }
    default: return std::nullopt;
  }
}

Error cannot_compare(const Value& a, const Value& b) {
  return invalid("cannot compare " + describe(a) + " with " + describe(b));
}

// Sorts by insertion within blocks and then merges these: the order of comparisons matters, because
// an item is compared with one before it by casting that one to its own type, and what cannot be
// cast is an error only where the two meet.
class Sorting {
 public:
  Sorting(Value::Items& items, bool descending) : items_(items), descending_(descending) {}

  // The error of a comparison, or Needs for a Reader among the items.
  std::optional<Outcome> run() {
    constexpr std::size_t kBlock = 20;
    const std::size_t count = items_.size();
    for (std::size_t begin = 0; begin < count && !problem_; begin += kBlock) {
      insertion_sort(begin, std::min(begin + kBlock, count));
    }
    const auto place = [this](std::size_t i) {
      return items_.begin() + static_cast<std::ptrdiff_t>(i);
    };
    for (std::size_t width = kBlock; width < count && !problem_; width *= 2) {
      for (std::size_t begin = 0; begin + width < count && !problem_; begin += 2 * width) {
        std::inplace_merge(place(begin), place(begin + width),
                           place(std::min(begin + 2 * width, count)),
                           [this](const Value& a, const Value& b) { return is_before(a, b); });
      }
    }
    return std::move(problem_);
  }

 private:
  void insertion_sort(std::size_t begin, std::size_t end) {
    for (std::size_t i = begin + 1; i < end; ++i) {
      for (std::size_t j = i; j > begin && is_before(items_[j], items_[j - 1]); --j) {
        items_[j].swap(items_[j - 1]);
      }
    }
  }

  bool is_before(const Value& a, const Value& b) {
    if (problem_) return false;
    if (a.type() == b.type() && is_sortable(a)) return decide(a, b, order(a, b));
    if (!is_sortable(a)) {
      problem_ = cannot_compare(a, b);
      return false;
    }
    Outcome casted = cast(b, a.type());
    if (const Value* const other = std::get_if<Value>(&casted))
      return decide(a, b, order(a, *other));
    problem_ = std::holds_alternative<Needs>(casted) ? std::move(casted) : cannot_compare(a, b);
    return false;
  }

  bool decide(const Value& a, const Value& b, std::optional<int> order) {
    if (!order) problem_ = cannot_compare(a, b);
    return order && (descending_ ? *order > 0 : *order < 0);
  }

  Value::Items& items_;
  bool descending_;
  std::optional<Outcome> problem_;
};

std::uint64_t comparisons(std::size_t count) {
  std::uint64_t rounds = 1;
  for (std::size_t rest = count; rest > 1; rest /= 2) ++rounds;
  return rounds * count;
}

Outcome sort(EvaluationContext& context, Arguments arguments) {
  Value list = std::move(arguments[0]);
  const bool is_bytes = list.kind() == Kind::bytes;
  if (!list.has_items() && !is_bytes) {
    return wrong_argument("list", "Array, list, text list or Bytes", list);
  }
  const std::size_t count = is_bytes ? list.as_bytes().size() : list.items().size();
  if (count < 2) return list;
  if (is_bytes || list.is_list()) {
    return invalid("a list of untyped values cannot be sorted, only an Array or text list");
  }
  if (!context.fuel.spend(comparisons(count)) || !pay_for_items(context, count)) {
    return context.fuel.exhausted();
  }
  const bool descending = arguments[1].as_boolean();
  Value::Items& items = list.items_for_change();
  if (list.kind() == Kind::text_list) {
    std::stable_sort(items.begin(), items.end(), [descending](const Value& a, const Value& b) {
      return descending ? b.as_text() < a.as_text() : a.as_text() < b.as_text();
    });
    return list;
  }
  if (std::optional<Outcome> problem = Sorting(items, descending).run()) return std::move(*problem);
  return list;
}

constexpr std::string_view kFamily = "lists";
constexpr Parameter kSort[] = {{"list", ParameterKind::list},
                               {"descending", ParameterKind::boolean}};

constexpr Function kFunctions[] = {
    declare(kFamily, "sort", all_of(kSort), "the list", sort,
            {"An Array of scalars or a text list in order; equals keep theirs. Items of different "
             "types are compared as the type of the later one, where that can be.",
             "sort(split(\"b,a,c\", \",\"), true)", "[c b a]"}),
};

}  // namespace

std::span<const Function> sorting_functions() { return kFunctions; }

}  // namespace millrace
