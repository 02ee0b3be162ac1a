#include "workflow/datum.h"

#include <fmt/format.h>

#include <algorithm>

namespace millrace {

std::string place_in_file(std::string_view file, Position position) {
  if (!position.known()) return std::string(file);
  return fmt::format("{}:{}:{}", file, position.line, position.column);
}

Datum::Datum(Kind kind, std::string text, Position at)
    : kind_(kind), at_(at), content_(std::move(text)) {}

Datum::Datum(Data items, Position at) : kind_(Kind::list), at_(at), content_(std::move(items)) {}

Datum::Datum(Members members, Position at)
    : kind_(Kind::map), at_(at), content_(std::move(members)) {}

std::string_view Datum::text() const {
  const auto* text = std::get_if<std::string>(&content_);
  return text == nullptr ? std::string_view{} : std::string_view(*text);
}

const Data& Datum::items() const {
  static const Data kNone;
  const auto* items = std::get_if<Data>(&content_);
  return items == nullptr ? kNone : *items;
}

const Members& Datum::members() const {
  static const Members kNone;
  const auto* members = std::get_if<Members>(&content_);
  return members == nullptr ? kNone : *members;
}

Data Datum::take_items() && {
  auto* items = std::get_if<Data>(&content_);
  return items == nullptr ? Data{} : std::move(*items);
}

Members Datum::take_members() && {
  auto* members = std::get_if<Members>(&content_);
  return members == nullptr ? Members{} : std::move(*members);
}

const Datum* Datum::find(std::string_view key) const {
  const Members& all = members();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Member& member) { return member.key == key; });
  return found == all.end() ? nullptr : &found->value;
}

std::string Datum::describe() const {
  constexpr std::size_t kShown = 40;
  switch (kind_) {
    case Kind::null: return "nothing";
    case Kind::boolean: return fmt::format("the boolean {}", text());
    case Kind::integer:
    case Kind::number: return fmt::format("the number {}", text().substr(0, kShown));
    case Kind::text:
      return text().size() > kShown ? "a long text" : fmt::format("the text \"{}\"", text());
    case Kind::list: return "a list";
    case Kind::map: return "a map";
  }
  return {};
}

bool operator==(const Datum& a, const Datum& b) {
  return a.kind_ == b.kind_ && a.content_ == b.content_;
}

}  // namespace millrace
