// Functions that take texts apart and put them together.
#include <cstdint>
#include <string>

#include "expression/functions/arguments.h"
#include "expression/functions/declare.h"
#include "expression/functions/families.h"
#include "expression/functions/unicode.h"
#include "value/convert.h"

namespace millrace {
namespace {

Outcome repeat(EvaluationContext& context, Arguments arguments) {
  const std::string_view content = arguments[0].as_text();
  const std::int64_t times = truncated(arguments[1].as_float());
  if (times < 0) return wrong_argument("times", "0 or more", arguments[1]);
  if (content.empty() || times == 0) return Value::text("");
  const auto count = static_cast<std::uint64_t>(times);
  std::uint64_t size = 0;
  if (__builtin_mul_overflow(content.size(), count, &size) || !pay_for_text(context, size)) {
    return context.fuel.exhausted();
  }
  std::string out;
  out.reserve(size);
  for (std::uint64_t i = 0; i < count; ++i) out.append(content);
  return text(std::move(out));
}

// The places where `old` occurs in `content`, one behind the other. An empty one occurs before
// every code point and at the end.
class Occurrences {
 public:
  Occurrences(std::string_view content, std::string_view old) : content_(content), old_(old) {}

  // npos when there is no more.
  std::size_t next() {
    if (!old_.empty()) at_ = content_.find(old_, at_);
    if (at_ > content_.size()) return std::string_view::npos;
    const std::size_t found = at_;
    if (!old_.empty())
      at_ += old_.size();
    else
      at_ += at_ < content_.size() ? decode_code_point(content_, at_).bytes : 1;
    return found;
  }

 private:
  std::string_view content_;
  std::string_view old_;
  std::size_t at_ = 0;
};

Outcome replace(EvaluationContext& context, Arguments arguments) {
  const std::string_view content = arguments[0].as_text();
  const std::string_view old = arguments[1].as_text();
  const std::string_view replacement = arguments[2].as_text();
  const std::int64_t most = truncated(arguments[3].as_float());
  if (most == 0 || old == replacement) return std::move(arguments[0]);
  if (!context.fuel.spend(content.size() / 8)) return context.fuel.exhausted();
  const std::uint64_t limit = most < 0 ? ~std::uint64_t{0} : static_cast<std::uint64_t>(most);
  std::uint64_t count = 0;
  Occurrences counted(content, old);
  while (count < limit && counted.next() != std::string_view::npos) ++count;
  if (count == 0) return std::move(arguments[0]);
  std::uint64_t added = 0;
  if (__builtin_mul_overflow(count, replacement.size(), &added) || !context.fuel.spend(count) ||
      !pay_for_text(context, added) || !pay_for_text(context, content.size())) {
    return context.fuel.exhausted();
  }
  std::string out;
  out.reserve(content.size() - count * old.size() + added);
  std::size_t done = 0;
  Occurrences places(content, old);
  for (; count > 0; --count) {
    const std::size_t place = places.next();
    out.append(content.substr(done, place - done)).append(replacement);
    done = place + old.size();
  }
  return text(std::move(out.append(content.substr(done))));
}

Outcome substring(EvaluationContext& context, Arguments arguments) {
  const std::string_view content = arguments[0].as_text();
  const auto size = static_cast<std::int64_t>(content.size());
  const std::int64_t start = truncated(arguments[1].as_float());
  std::int64_t end = truncated(arguments[2].as_float());
  if (start >= size) return Value::text("");
  if (start < 0) return wrong_argument("start", "0 or more", arguments[1]);
  end = end == -1 || end >= size ? size : end + 1;
  if (end < start) return wrong_argument("end", "-1, or start - 1 or more", arguments[2]);
  const auto length = static_cast<std::size_t>(end - start);
  if (!pay_for_text(context, 3 * length)) return context.fuel.exhausted();
  return text(without_broken_bytes(content.substr(static_cast<std::size_t>(start), length)));
}

Outcome split(EvaluationContext& context, Arguments arguments) {
  const std::string_view content = arguments[0].as_text();
  const std::string_view separator = arguments[1].as_text();
  if (!pay_for_text(context, content.size())) return context.fuel.exhausted();
  Value::Items parts;
  const auto add = [&](std::string_view part) {
    if (!pay_for_items(context, 1)) return false;
    parts.push_back(Value::text(part));
    return true;
  };
  std::size_t at = 0;
  if (separator.empty()) {
    while (at < content.size()) {
      const std::size_t bytes = decode_code_point(content, at).bytes;
      if (!add(content.substr(at, bytes))) return context.fuel.exhausted();
      at += bytes;
    }
    return Value::text_list(std::move(parts));
  }
  while (true) {
    const std::size_t end = content.find(separator, at);
    if (!add(content.substr(at, end - at))) return context.fuel.exhausted();
    if (end == std::string_view::npos) return Value::text_list(std::move(parts));
    at = end + separator.size();
  }
}

// The item as cast text. In a list of untyped values what cannot be cast counts as "".
Outcome joined_item(const Value& item, bool lenient) {
  Outcome outcome = cast_text(item);
  if (lenient && std::holds_alternative<Error>(outcome)) return Value::text("");
  return outcome;
}

Outcome join(EvaluationContext& context, Arguments arguments) {
  const Value& list = arguments[0];
  if (!list.has_items()) {
    return wrong_argument("list", "Array, list or text list", list);
  }
  const std::string_view separator = arguments[1].as_text();
  std::string out;
  bool first = true;
  for (const Value& item : list.items()) {
    Outcome outcome = joined_item(item, list.is_list());
    const Value* const part = std::get_if<Value>(&outcome);
    if (part == nullptr) return outcome;
    const std::size_t size = part->as_text().size() + (first ? 0 : separator.size());
    if (!context.fuel.spend(1) || !pay_for_text(context, size)) return context.fuel.exhausted();
    if (!first) out.append(separator);
    first = false;
    out.append(part->as_text());
  }
  return text(std::move(out));
}

constexpr std::string_view kFamily = "text";
constexpr Parameter kRepeat[] = {{"text", ParameterKind::text}, {"times", ParameterKind::number}};
constexpr Parameter kReplace[] = {{"text", ParameterKind::text},
                                  {"old", ParameterKind::text},
                                  {"new", ParameterKind::text},
                                  {"most", ParameterKind::number}};
constexpr Parameter kSubstring[] = {{"text", ParameterKind::text},
                                    {"start", ParameterKind::number},
                                    {"end", ParameterKind::number}};
constexpr Parameter kSplit[] = {{"text", ParameterKind::text}, {"separator", ParameterKind::text}};
constexpr Parameter kJoin[] = {{"list", ParameterKind::anything},
                               {"separator", ParameterKind::text}};

constexpr Function kFunctions[] = {
    declare(kFamily, "repeat", all_of(kRepeat), "text", repeat,
            {"The text so many times in a row.", "repeat(\"ab\", 3)", "ababab"}),
    declare(
        kFamily, "replace", all_of(kReplace), "text", replace,
        {"The text with `old` replaced by `new`, at most so many times; a negative number means "
         "everywhere. An empty `old` stands before every character and at the end.",
         "replace(\"hello\", \"l\", \"L\", -1)", "heLLo"}),
    declare(
        kFamily, "substring", all_of(kSubstring), "text", substring,
        {"The bytes from `start` to `end`, both counted from 0 and both included; an end of -1 or "
         "past the text means to the end. A character cut apart becomes U+FFFD.",
         "substring(\"hello\", 1, 3)", "ell"}),
    declare(
        kFamily, "split", all_of(kSplit), "text list", split,
        {"The parts of the text between the separators; with an empty separator its characters.",
         "split(\"a,b,c\", \",\")", "[a b c]"}),
    declare(
        kFamily, "join", all_of(kJoin), "text", join,
        {"The items of an Array, list or text list as texts with the separator between them. What "
         "has no text counts as \"\" in a list, and is an error in an Array.",
         "join([1, 2], \"+\")", "1+2"}),
};

}  // namespace

std::span<const Function> text_part_functions() { return kFunctions; }

}  // namespace millrace
