#include "workflow/read_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_set>
#include <utility>

#include "workflow/scalar.h"
#include "workflow/yaml_events.h"

namespace millrace {
namespace {

// How much a datum and all below it count against the limits.
struct Weight {
  std::size_t data = 0;
  std::size_t bytes = 0;
};

Weight& operator+=(Weight& a, const Weight& b) {
  a.data += b.data;
  a.bytes += b.bytes;
  return a;
}

struct Anchored {
  Datum datum;
  Weight weight;
};

// A list or map whose end has not come yet.
struct Open {
  bool is_map = false;
  Position at;
  std::string anchor;
  Weight weight{1, 0};
  Data items;
  Members members;
  std::optional<Member> awaiting;  // a key whose value comes next
  bool merges = false;             // the key that awaits its value is `<<`
  Members merged;                  // from `<<`; what the map says itself wins
  std::unordered_set<std::string> keys;
};

// Builds data from events without recursion: what is open lies on a stack of its own.
class Builder {
 public:
  explicit Builder(const ReadLimits& limits) : limits_(limits) {}

  Result<void> take(const YamlEvent& event);
  Data finish() { return std::move(documents_); }

 private:
  Result<void> open(const YamlEvent& event, bool is_map);
  Result<void> close();
  Result<void> take_scalar(const YamlEvent& event);
  bool is_set_in_too_little(const YamlEvent& event) const;
  Result<void> take_alias(const YamlEvent& event);
  Result<void> place(Datum datum, Weight weight, const std::string& anchor);
  Result<void> take_key(Open& map, const Datum& datum);
  Result<void> merge(Open& map, const Datum& datum);
  Result<void> count(Weight weight, Position at);
  Position here(const YamlEvent& event) const;

  static Error failure(ErrorKind kind, const std::string& message, Position at) {
    return Error(kind, message).at(fmt::format("{}:{}", at.line, at.column));
  }

  ReadLimits limits_;
  std::vector<Open> open_;
  std::map<std::string, Anchored, std::less<>> anchors_;
  Weight total_;
  Data documents_;
};

// What is only implied has no place of its own: it stands where its key stands.
Position Builder::here(const YamlEvent& event) const {
  if (event.at.known()) return event.at;
  if (open_.empty()) return {1, 1};
  return open_.back().awaiting ? open_.back().awaiting->key_at : open_.back().at;
}

Result<void> Builder::count(Weight weight, Position at) {
  total_ += weight;
  if (total_.data > limits_.data) {
    return failure(ErrorKind::exhausted,
                   fmt::format("more than {} values in one file (those repeated by aliases "
                               "counted); split the file",
                               limits_.data),
                   at);
  }
  if (total_.bytes > limits_.text_bytes) {
    return failure(ErrorKind::exhausted,
                   fmt::format("more than {} bytes of text in one file (what aliases repeat "
                               "counted); split the file",
                               limits_.text_bytes),
                   at);
  }
  return {};
}

Result<void> Builder::take(const YamlEvent& event) {
  switch (event.type) {
    case YamlEvent::Type::scalar: return take_scalar(event);
    case YamlEvent::Type::alias: return take_alias(event);
    case YamlEvent::Type::list_start: return open(event, false);
    case YamlEvent::Type::map_start: return open(event, true);
    case YamlEvent::Type::list_end:
    case YamlEvent::Type::map_end: return close();
    case YamlEvent::Type::document_start: anchors_.clear(); return {};
    case YamlEvent::Type::document_end: return {};
  }
  return {};
}

Result<void> Builder::open(const YamlEvent& event, bool is_map) {
  const Position at = here(event);
  if (open_.size() >= limits_.depth) {
    return failure(ErrorKind::exhausted,
                   fmt::format("lists and maps within each other more than {} deep", limits_.depth),
                   at);
  }
  MILLRACE_TRY(count({1, 0}, at));
  Open& entry = open_.emplace_back();
  entry.is_map = is_map;
  entry.at = at;
  entry.anchor = event.anchor;
  if (!entry.anchor.empty()) anchors_.erase(entry.anchor);
  return {};
}

Result<void> Builder::close() {
  Open entry = std::move(open_.back());
  open_.pop_back();
  for (Member& member : entry.merged) {
    if (entry.keys.insert(member.key).second) entry.members.push_back(std::move(member));
  }
  Datum datum = entry.is_map ? Datum(std::move(entry.members), entry.at)
                             : Datum(std::move(entry.items), entry.at);
  return place(std::move(datum), entry.weight, entry.anchor);
}

// Whether a block begins no further in than the key or list that it belongs to. The library takes
// it, and gives texts that are cut off and end in any bytes.
bool Builder::is_set_in_too_little(const YamlEvent& event) const {
  return event.set_in > 0 && !open_.empty() && event.set_in <= open_.back().at.column;
}

Result<void> Builder::take_scalar(const YamlEvent& event) {
  const Position at = here(event);
  if (is_set_in_too_little(event)) {
    return failure(ErrorKind::invalid, "this block must be set in more than what it belongs to",
                   at);
  }
  const Weight weight{1, event.text.size()};
  MILLRACE_TRY(count(weight, at));
  auto kind =
      event.style == YamlEvent::Style::plain ? plain_scalar_kind(event.text) : Datum::Kind::text;
  if (!event.tag.empty()) {
    auto tagged = tagged_scalar_kind(event.tag, event.text);
    if (!tagged) return failure(tagged.error().kind(), tagged.error().message(), at);
    kind = *tagged;
  }
  Datum datum = make_scalar(kind, event.text, at);
  const bool quoted = event.style == YamlEvent::Style::single_quoted ||
                      event.style == YamlEvent::Style::double_quoted;
  if (event.verbatim) datum.set_inset(quoted ? 1 : 0);
  return place(std::move(datum), weight, std::string(event.anchor));
}

Result<void> Builder::take_alias(const YamlEvent& event) {
  const Position at = here(event);
  const auto found = anchors_.find(event.text);
  if (found == anchors_.end()) {
    const bool within = std::any_of(open_.begin(), open_.end(),
                                    [&](const Open& entry) { return entry.anchor == event.text; });
    return failure(ErrorKind::invalid,
                   within
                       ? fmt::format("the alias *{} stands inside of what it refers to", event.text)
                       : fmt::format("the alias *{} refers to no anchor before it", event.text),
                   at);
  }
  MILLRACE_TRY(count(found->second.weight, at));
  return place(found->second.datum, found->second.weight, {});
}

// Puts a finished datum where it belongs: into the innermost open list or map, as its next item,
// key or value.
Result<void> Builder::place(Datum datum, Weight weight, const std::string& anchor) {
  if (!anchor.empty()) {
    MILLRACE_TRY(count(weight, datum.at()));
    anchors_.insert_or_assign(anchor, Anchored{datum, weight});
  }
  if (open_.empty()) {
    documents_.push_back(std::move(datum));
    return {};
  }
  Open& parent = open_.back();
  parent.weight += weight;
  if (!parent.is_map) {
    parent.items.push_back(std::move(datum));
    return {};
  }
  if (!parent.awaiting) return take_key(parent, datum);
  Member member = std::move(*parent.awaiting);
  parent.awaiting.reset();
  if (std::exchange(parent.merges, false)) return merge(parent, datum);
  member.value = std::move(datum);
  parent.members.push_back(std::move(member));
  return {};
}

Result<void> Builder::take_key(Open& map, const Datum& datum) {
  if (!datum.is_scalar()) {
    return failure(ErrorKind::invalid, fmt::format("{} cannot be a key", datum.describe()),
                   datum.at());
  }
  Member& member = map.awaiting.emplace();
  member.key = datum.text();
  member.key_at = datum.at();
  map.merges = member.key == "<<" && datum.inset() == 0;  // quoted, it is a key like others
  if (!map.merges && !map.keys.insert(member.key).second) {
    return failure(ErrorKind::invalid,
                   fmt::format("the key \"{}\" is given twice in this map", member.key),
                   datum.at());
  }
  return {};
}

Result<void> Builder::merge(Open& map, const Datum& datum) {
  const Datum* begin = &datum;
  std::size_t size = 1;
  if (datum.is_list()) {
    begin = datum.items().data();
    size = datum.items().size();
  }
  for (const Datum* source = begin; source != begin + size; ++source) {
    if (!source->is_map()) {
      return failure(ErrorKind::invalid,
                     fmt::format("<< merges a map or a list of maps, not {}", source->describe()),
                     datum.at());
    }
    map.merged.insert(map.merged.end(), source->members().begin(), source->members().end());
  }
  return {};
}

}  // namespace

Result<Data> read_data(std::string_view text, std::string_view file, Format format,
                       const ReadLimits& limits) {
  if (text.size() > limits.file_bytes) {
    return Error(ErrorKind::exhausted,
                 fmt::format("the file holds {} bytes; a definition may have {}", text.size(),
                             limits.file_bytes))
        .at(std::string(file));
  }
  const auto in_file = [&](const Error& error) {
    return error.at(error.where().empty() ? std::string(file)
                                          : fmt::format("{}:{}", file, error.where()));
  };
  auto source = SourceText::prepare(text, format);
  if (!source) return in_file(source.error());
  YamlEvents events(*source, format, limits);
  Builder builder(limits);
  while (true) {
    auto event = events.next();
    if (!event) return in_file(event.error());
    if (!*event) return builder.finish();
    auto taken = builder.take(**event);
    if (!taken) return in_file(taken.error());
  }
}

}  // namespace millrace
