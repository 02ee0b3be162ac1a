// Reads the fields of a map into a struct: each known key has a taker, the rest is kept.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "workflow/definition.h"

namespace millrace::fields {

// Takes the value of a field; `name` is for messages. An error's `where` is "line:column".
using Taker = std::function<Result<void>(std::string_view name, Datum&& value)>;

struct Field {
  std::string_view name;
  Taker take;
  std::string_view also = {};  // another spelling, read where the name itself is not given
};

// `what` names the whole ("a step") for the message when it is no map. null counts as not given.
Result<void> read(Datum datum, std::string_view what, Members& others,
                  const std::vector<Field>& known);

Error wrong_shape(std::string_view name, std::string_view expected, const Datum& found);

Text make_text(const Datum& datum);

Taker text(Text& into);
Taker texts(std::vector<Text>& into);
Taker boolean(std::optional<bool>& into);
Taker map(std::optional<Datum>& into);
Taker list(std::optional<Datum>& into);
Taker any(std::optional<Datum>& into);

// One item for each datum of a list, read by `decode(Datum, Item&)`.
template <class Item, class Decode>
Taker items(std::vector<Item>& into, Decode decode) {
  return [&into, decode](std::string_view name, Datum&& value) -> Result<void> {
    if (!value.is_list()) return wrong_shape(name, "a list", value);
    for (Datum& datum : std::move(value).take_items()) {
      MILLRACE_TRY(decode(std::move(datum), into.emplace_back()));
    }
    return {};
  };
}

template <class Item, class Decode>
Taker item(std::optional<Item>& into, Decode decode) {
  return [&into, decode](std::string_view, Datum&& value) -> Result<void> {
    return decode(std::move(value), into.emplace());
  };
}

}  // namespace millrace::fields
