#include "workflow/settings.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <string>
#include <string_view>

#include "base/duration.h"

namespace millrace::settings {
namespace {

template <class T>
struct Word {
  std::string_view text;
  T meaning;
};

template <class T, std::size_t N>
Result<std::optional<T>> one_of(const Text& text, const std::array<Word<T>, N>& words) {
  if (text.empty()) return std::optional<T>();
  std::string known;
  for (const Word<T>& word : words) {
    if (word.text == text.text) return std::optional<T>(word.meaning);
    if (!known.empty()) known += ", ";
    known += word.text;
  }
  return Error(ErrorKind::invalid, fmt::format("\"{}\" must be one of {}", text.text, known));
}

template <class T>
bool read_number(const std::string& text, T& number) {
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  return read.ec == std::errc{} && read.ptr == end;
}

// `complaint` is about one that is shorter than `least`.
Result<std::optional<Nanos>> length(const Text& text, Nanos least, std::string_view complaint) {
  if (text.empty()) return std::optional<Nanos>();
  MILLRACE_TRY_ASSIGN(length, parse_duration(text.text));
  if (length < least) {
    return Error(ErrorKind::invalid, fmt::format("\"{}\" {}", text.text, complaint));
  }
  return std::optional<Nanos>(length);
}

Result<std::optional<std::uint64_t>> whole_number(const Text& text, std::uint64_t least,
                                                  std::string_view range) {
  if (text.empty()) return std::optional<std::uint64_t>();
  std::uint64_t number = 0;
  if (!read_number(text.text, number) || number < least) {
    return Error(ErrorKind::invalid,
                 fmt::format("\"{}\" must be a whole number, {}", text.text, range));
  }
  return std::optional<std::uint64_t>(number);
}

}  // namespace

Result<std::optional<Nanos>> duration(const Text& text) {
  return length(text, Nanos::zero(), "is negative");
}

Result<std::optional<Nanos>> timeout(const Text& text) {
  return length(text, Nanos(1), "must be longer than 0; leave it out for none");
}

Result<std::optional<std::uint64_t>> count(const Text& text) {
  return whole_number(text, 0, "0 or more");
}

Result<std::optional<std::uint64_t>> most(const Text& text) {
  return whole_number(text, 1, "1 or more; leave it out for none");
}

Result<std::optional<std::uint32_t>> attempts(const Text& text) {
  constexpr std::uint32_t kMost = 1000;
  if (text.empty()) return std::optional<std::uint32_t>();
  std::uint32_t number = 0;
  if (!read_number(text.text, number) || number < 1 || number > kMost) {
    return Error(ErrorKind::invalid,
                 fmt::format("\"{}\" must be a whole number from 1 to {}; the first try counts",
                             text.text, kMost));
  }
  return std::optional<std::uint32_t>(number);
}

Result<std::optional<double>> share(const Text& text) {
  if (text.empty()) return std::optional<double>();
  double number = 0;
  if (!read_number(text.text, number) || !(number >= 0 && number <= 1)) {
    return Error(ErrorKind::invalid, fmt::format("\"{}\" must be from 0 to 1", text.text));
  }
  return std::optional<double>(number);
}

Result<std::optional<ErrorKind>> error_kind(const Text& text) {
  static constexpr std::array<Word<ErrorKind>, 8> kWords{{
      {"invalid", ErrorKind::invalid},
      {"not_found", ErrorKind::not_found},
      {"conflict", ErrorKind::conflict},
      {"denied", ErrorKind::denied},
      {"unavailable", ErrorKind::unavailable},
      {"exhausted", ErrorKind::exhausted},
      {"deadline", ErrorKind::deadline},
      {"bug", ErrorKind::bug},
  }};
  return one_of(text, kWords);
}

Result<std::optional<Overlap>> overlap(const Text& text) {
  static constexpr std::array<Word<Overlap>, 3> kWords{
      {{"allow", Overlap::allow}, {"queue", Overlap::queue}, {"skip", Overlap::skip}}};
  return one_of(text, kWords);
}

Result<std::optional<CatchUp>> catch_up(const Text& text) {
  static constexpr std::array<Word<CatchUp>, 3> kWords{
      {{"none", CatchUp::none}, {"once", CatchUp::once}, {"all", CatchUp::all}}};
  return one_of(text, kWords);
}

Result<std::optional<Delivery>> delivery(const Text& text) {
  static constexpr std::array<Word<Delivery>, 2> kWords{
      {{"at-least-once", Delivery::at_least_once}, {"at-most-once", Delivery::at_most_once}}};
  return one_of(text, kWords);
}

Result<std::optional<Nanos>> meta_timeout(const Step& step) {
  const Datum* found = step.meta ? step.meta->find("timeout") : nullptr;
  if (found == nullptr || found->is_null()) return std::optional<Nanos>();
  if (!found->is_text() && found->kind() != Datum::Kind::integer) {
    return Error(ErrorKind::invalid,
                 fmt::format("must be a duration such as \"30s\", not {}", found->describe()));
  }
  return timeout({std::string(found->text()), found->at()});
}

Result<std::optional<Nanos>> step_timeout(const Step& step) {
  MILLRACE_TRY_ASSIGN(earliest, meta_timeout(step));
  if (!step.limits) return earliest;
  MILLRACE_TRY_ASSIGN(limit, timeout(step.limits->timeout));
  if (limit && (!earliest || *limit < *earliest)) return limit;
  return earliest;
}

}  // namespace millrace::settings
