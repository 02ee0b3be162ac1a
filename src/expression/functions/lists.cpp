#include <algorithm>
#include <optional>

#include "expression/functions/arguments.h"
#include "expression/functions/declare.h"
#include "expression/functions/families.h"
#include "expression/functions/unicode.h"
#include "value/convert.h"

namespace millrace {
namespace {

constexpr std::string_view kListKinds = "Array, list, text list or Bytes";

bool is_listlike(const Value& value) { return value.has_items() || value.kind() == Kind::bytes; }

std::size_t item_count(const Value& list) {
  return list.has_items() ? list.items().size() : list.as_bytes().size();
}

Value item_at(const Value& list, std::size_t index) {
  if (list.has_items()) return list.items()[index];
  return Value::unsigned_integer(static_cast<unsigned char>(list.as_bytes()[index]));
}

// Scalars of one kind with equal content. An Array in a list, say, is never found.
bool is_same_scalar(const Value& item, const Value& wanted) {
  return item.kind() == wanted.kind() && !wanted.is_typed_container() && deep_equal(item, wanted);
}

// The first index of `wanted` in what is_listlike, or -1.
Result<std::int64_t> index_of(const Value& list, const Value& wanted) {
  switch (wanted.kind()) {
    case Kind::list:
    case Kind::text_list:
    case Kind::map:
    case Kind::bytes: return wrong_argument("wanted", "a single value", wanted);
    default: break;
  }
  for (std::size_t i = 0; i < item_count(list); ++i) {
    const bool found = list.has_items() ? is_same_scalar(list.items()[i], wanted)
                                        : is_same_scalar(item_at(list, i), wanted);
    if (found) return static_cast<std::int64_t>(i);
  }
  return -1;
}

std::int64_t count_in_text(std::string_view content, const Value& wanted) {
  if (!wanted.is_text()) return 0;
  const std::string_view part = wanted.as_text();
  if (part.empty()) return static_cast<std::int64_t>(count_code_points(content)) + 1;
  std::int64_t count = 0;
  for (std::size_t at = content.find(part); at != std::string_view::npos;
       at = content.find(part, at + part.size())) {
    ++count;
  }
  return count;
}

// What `count` gives, for `has` and `hasAll` too.
Outcome count(EvaluationContext& context, Arguments arguments) {
  const Value& list = arguments[0];
  const Arguments wanted = arguments.subspan(1);
  const bool is_text = list.is_text();
  if (!is_text && !is_listlike(list)) {
    return wrong_argument("list", "text, Array, list, text list or Bytes", list);
  }
  const std::size_t size = is_text ? list.as_text().size() : item_count(list);
  if (wanted.empty()) return Value::host_int(static_cast<std::int64_t>(size));
  std::int64_t total = 0;
  for (const Value& one : wanted) {
    if (!context.fuel.spend(is_text ? size / 8 : size)) return context.fuel.exhausted();
    if (is_text) {
      total += count_in_text(list.as_text(), one);
      continue;
    }
    MILLRACE_TRY_ASSIGN(index, index_of(list, one));
    total += index >= 0 ? 1 : 0;
  }
  return Value::host_int(total);
}

Outcome find(EvaluationContext& context, Arguments arguments) {
  if (!is_listlike(arguments[0])) return wrong_argument("list", kListKinds, arguments[0]);
  if (!context.fuel.spend(item_count(arguments[0]))) return context.fuel.exhausted();
  MILLRACE_TRY_ASSIGN(index, index_of(arguments[0], arguments[1]));
  return Value::host_int(index);
}

Outcome has_key(EvaluationContext& context, const Value& container, Arguments keys) {
  if (!context.fuel.spend(keys.size())) return context.fuel.exhausted();
  for (const Value& key : keys) {
    if (!key.is_text()) return wrong_argument("wanted", "text, the name of a key", key);
    if (container.dict().contains(key.as_text())) return Value::boolean(true);
  }
  return Value::boolean(false);
}

Outcome has(EvaluationContext& context, Arguments arguments) {
  if (arguments[0].has_dict()) return has_key(context, arguments[0], arguments.subspan(1));
  Outcome counted = count(context, arguments);
  const Value* const number = std::get_if<Value>(&counted);
  return number != nullptr ? Value::boolean(number->as_integer() > 0) : std::move(counted);
}

Outcome has_all(EvaluationContext& context, Arguments arguments) {
  if (!is_listlike(arguments[0])) return wrong_argument("list", kListKinds, arguments[0]);
  Outcome counted = count(context, arguments);
  const Value* const number = std::get_if<Value>(&counted);
  if (number == nullptr) return counted;
  return Value::boolean(number->as_integer() == static_cast<std::int64_t>(arguments.size()) - 1);
}

// Paying for a change in place: only what is added, or for the copy of what somebody else holds
// too.
bool pay_for_push(EvaluationContext& context, const Value& list, std::size_t added) {
  const std::size_t copied = list.is_sole_holder() ? 0 : item_count(list);
  return pay_for_items(context, copied + added);
}

Outcome push(EvaluationContext& context, Arguments arguments) {
  if (arguments[0].is_null()) arguments[0] = Value::list({});
  Value& list = arguments[0];
  const Arguments added = arguments.subspan(1);
  if (!is_listlike(list)) return wrong_argument("list", "Array, list, text list or null", list);
  for (const Value& item : added) {
    const bool fits = list.kind() == Kind::text_list ? item.is_text() : list.has_items();
    if (fits) continue;
    return wrong_argument("items", list.has_items() ? "text for a text list" : "left out for Bytes",
                          item);
  }
  if (!pay_for_push(context, list, added.size())) return context.fuel.exhausted();
  for (Value& item : added) {
    list.push_item(list.kind() == Kind::array ? typed(std::move(item)) : std::move(item).operand());
  }
  return std::move(list);
}

Outcome end_item(Arguments arguments, bool last) {
  const Value& list = arguments[0];
  if (!is_listlike(list)) return wrong_argument("list", kListKinds, list);
  const std::size_t size = item_count(list);
  if (size == 0) return Value::null();
  return item_at(list, last ? size - 1 : 0);
}

Outcome pop(EvaluationContext&, Arguments arguments) { return end_item(arguments, true); }

Outcome shift(EvaluationContext&, Arguments arguments) { return end_item(arguments, false); }

Outcome splice(EvaluationContext& context, Arguments arguments) {
  Value& list = arguments[0];
  if (!is_listlike(list)) return Value::null();
  const auto size = static_cast<std::int64_t>(item_count(list));
  const std::int64_t start = truncated(arguments[1].as_float());
  std::int64_t end = truncated(arguments[2].as_float());
  if (end == -1 || end > size) end = size;
  if (start >= size || (start == 0 && end == size)) return std::move(list);
  if (start < 0) return wrong_argument("start", "0 or more", arguments[1]);
  if (end < start) return wrong_argument("end", "-1, or start or more", arguments[2]);
  const auto first = static_cast<std::size_t>(start);
  const auto length = static_cast<std::size_t>(end - start);
  if (!pay_for_items(context, length)) return context.fuel.exhausted();
  if (!list.has_items()) return Value::bytes(list.as_bytes().substr(first, length));
  const auto part = list.items().subspan(first, length);
  Value::Items items(part.begin(), part.end());
  switch (list.kind()) {
    case Kind::array: return Value::array(std::move(items));
    case Kind::text_list: return Value::text_list(std::move(items));
    default: return Value::list(std::move(items));
  }
}

constexpr std::string_view kFamily = "lists";
constexpr Parameter kWanted[] = {{"list", ParameterKind::anything},
                                 {"wanted", ParameterKind::anything}};
constexpr Parameter kListWanted[] = {{"list", ParameterKind::list},
                                     {"wanted", ParameterKind::anything}};
constexpr Parameter kPush[] = {{"list", ParameterKind::anything},
                               {"items", ParameterKind::anything}};
constexpr Parameter kList[] = {{"list", ParameterKind::list}};
constexpr Parameter kSplice[] = {{"list", ParameterKind::anything},
                                 {"start", ParameterKind::number},
                                 {"end", ParameterKind::number}};

constexpr Function kFunctions[] = {
    declare(
        kFamily, "count", repeating(kWanted), "whole number", count,
        {"Without wanted values the bytes of a text or the items of a list. Else how often they "
         "occur in the text, or how many of them occur in the list at all.",
         "count([\"a\", \"b\"], \"b\", \"c\")", "1"}),
    declare(kFamily, "find", all_of(kListWanted), "whole number", find,
            {"The first index of the value in the list, or -1. Kind and content must be equal: an "
             "Integer never equals a number literal, but int(1) does.",
             "find([\"a\", \"b\"], \"b\")", "1"}),
    declare(
        kFamily, "has", repeating(kWanted), "Boolean", has,
        {"Whether any of the values is in the list or text, or any of the keys in the map, KV, KVV "
         "or Vars. Without values, whether a list has items.",
         "has({\"a\": 1}, \"a\")", "true"}),
    declare(kFamily, "hasAll", repeating(kListWanted), "Boolean", has_all,
            {"Whether all of the values are in the list.", "hasAll([1, 2], 1, 3)", "false"}),
    changing_first(declare(
        kFamily, "push", repeating(kPush), "the list", push,
        {"The list with the items at its end; an Array gives them types, null counts as an empty "
         "list.",
         "push([1], \"a\")", "[1 a]"})),
    declare(kFamily, "pop", all_of(kList), "the item", pop,
            {"The last item, or null of an empty list. The list keeps it.", "pop([1, 2])", "2"}),
    declare(kFamily, "shift", all_of(kList), "the item", shift,
            {"The first item, or null of an empty list. The list keeps it.", "shift([1, 2])", "1"}),
    declare(
        kFamily, "splice", all_of(kSplice), "the list", splice,
        {"The items from `start` up to but not including `end`, counted from 0; an end of -1 or "
         "past the list means to its end, a start past the list gives all. Null for no list.",
         "splice([1, 2, 3], 1, -1)", "[2 3]"}),
};

}  // namespace

std::span<const Function> list_functions() { return kFunctions; }

}  // namespace millrace
