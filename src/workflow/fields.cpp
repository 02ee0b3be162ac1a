#include "workflow/fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace millrace::fields {
namespace {

Taker shaped(std::optional<Datum>& into, Datum::Kind kind, std::string_view expected) {
  return [&into, kind, expected](std::string_view name, Datum&& value) -> Result<void> {
    if (value.kind() != kind) return wrong_shape(name, expected, value);
    into = std::move(value);
    return {};
  };
}

}  // namespace

Error wrong_shape(std::string_view name, std::string_view expected, const Datum& found) {
  return Error(ErrorKind::invalid,
               fmt::format("{} must be {}, not {}", name, expected, found.describe()))
      .at(fmt::format("{}:{}", found.at().line, found.at().column));
}

Result<void> read(Datum datum, std::string_view what, Members& others,
                  const std::vector<Field>& known) {
  if (!datum.is_map()) return wrong_shape(what, "a map", datum);
  Members members = std::move(datum).take_members();
  const auto is_given = [&](std::string_view name) {
    return std::any_of(members.begin(), members.end(), [&](const Member& member) {
      return member.key == name && !member.value.is_null();
    });
  };
  for (Member& member : members) {
    const auto field = std::find_if(known.begin(), known.end(), [&](const Field& candidate) {
      return candidate.name == member.key ||
             (candidate.also == member.key && !candidate.also.empty() && !is_given(candidate.name));
    });
    if (field == known.end()) {
      others.push_back(std::move(member));
    } else if (!member.value.is_null()) {
      MILLRACE_TRY(field->take(field->name, std::move(member.value)));
    }
  }
  return {};
}

Text make_text(const Datum& datum) {
  return {std::string(datum.text()), datum.at(), static_cast<std::int8_t>(datum.inset())};
}

Taker text(Text& into) {
  return [&into](std::string_view name, Datum&& value) -> Result<void> {
    if (!value.is_scalar()) return wrong_shape(name, "a text or a number", value);
    into = make_text(value);
    return {};
  };
}

Taker texts(std::vector<Text>& into) {
  return [&into](std::string_view name, Datum&& value) -> Result<void> {
    if (!value.is_list()) return wrong_shape(name, "a list of texts", value);
    for (const Datum& datum : value.items()) {
      if (!datum.is_scalar()) return wrong_shape(name, "a list of texts", datum);
      into.push_back(make_text(datum));
    }
    return {};
  };
}

Taker boolean(std::optional<bool>& into) {
  return [&into](std::string_view name, Datum&& value) -> Result<void> {
    static constexpr std::array<std::string_view, 3> kYes{"true", "yes", "on"};
    static constexpr std::array<std::string_view, 3> kNo{"false", "no", "off"};
    const bool yes = std::find(kYes.begin(), kYes.end(), value.text()) != kYes.end();
    const bool no = std::find(kNo.begin(), kNo.end(), value.text()) != kNo.end();
    if (!yes && !no) return wrong_shape(name, "true or false", value);
    into = yes;
    return {};
  };
}

Taker map(std::optional<Datum>& into) { return shaped(into, Datum::Kind::map, "a map"); }

Taker list(std::optional<Datum>& into) { return shaped(into, Datum::Kind::list, "a list"); }

Taker any(std::optional<Datum>& into) {
  return [&into](std::string_view, Datum&& value) -> Result<void> {
    into = std::move(value);
    return {};
  };
}

}  // namespace millrace::fields
