#include "cli/read_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/byte_size.h"
#include "base/duration.h"
#include "base/near.h"
#include "workflow/fields.h"
#include "workflow/load.h"
#include "workflow/read.h"
#include "workflow/read_data.h"
#include "workflow/settings.h"

namespace millrace {
namespace {

Error below_least(std::string_view key, const std::string& least) {
  return {ErrorKind::invalid, fmt::format("{} must be at least {}", key, least)};
}

// Takes the datum of a setting into the settings. An error's place is that of the datum, unless a
// part of it is to blame.
class Take {
 public:
  Take(std::string_view key, const Datum& datum, RunSettings& into)
      : key_(key), datum_(datum), into_(into) {}

  Result<void> operator()(const DurationSetting& setting) {
    if (!datum_.is_scalar()) return wrong("a duration such as 30s");
    MILLRACE_TRY_ASSIGN(length, parse_duration(datum_.text()));
    if (length < Nanos{0} || (length == Nanos{0} && !setting.may_be_zero)) {
      return Error(ErrorKind::invalid, fmt::format("{} must be longer than 0", key_));
    }
    setting.in(into_) = length;
    return {};
  }
  Result<void> operator()(const SizeSetting& setting) {
    if (!datum_.is_scalar()) return wrong("a size such as 64 MiB");
    MILLRACE_TRY_ASSIGN(bytes, parse_byte_size(datum_.text()));
    if (bytes < setting.least) return below_least(key_, format_byte_size(setting.least));
    setting.in(into_) = bytes;
    return {};
  }
  Result<void> operator()(const CountSetting& setting) {
    if (datum_.kind() != Datum::Kind::integer) return wrong("a whole number");
    MILLRACE_TRY_ASSIGN(count, settings::count(fields::make_text(datum_)));
    if (*count < setting.least) return below_least(key_, std::to_string(setting.least));
    setting.in(into_) = *count;
    return {};
  }
  Result<void> operator()(const FlagSetting& setting) {
    if (datum_.kind() != Datum::Kind::boolean) return wrong("true or false");
    setting.in(into_) = datum_.as_boolean();
    return {};
  }
  Result<void> operator()(const TextSetting& setting) {
    if (!datum_.is_text() || datum_.text().empty()) return wrong("a text");
    setting.in(into_) = std::string(datum_.text());
    return {};
  }
  Result<void> operator()(const HostsSetting& setting) {
    return each(setting.in(into_), "a list of names", [](std::string_view text) {
      return text.empty() ? std::optional<std::string>() : std::string(text);
    });
  }
  Result<void> operator()(const RangesSetting& setting) {
    return each(setting.in(into_), "a list of ranges such as 10.0.0.0/8", &IpRange::parse);
  }

  Position blamed() const { return blamed_ ? *blamed_ : datum_.at(); }

 private:
  Error wrong(std::string_view expected) { return fields::wrong_shape(key_, expected, datum_); }

  template <class Item, class Parse>
  Result<void> each(std::vector<Item>& into, std::string_view expected, Parse parse) {
    if (!datum_.is_list()) return wrong(expected);
    for (const Datum& item : datum_.items()) {
      auto parsed = item.is_text() ? parse(item.text()) : std::nullopt;
      if (!parsed) {
        blamed_ = item.at();
        return fields::wrong_shape("an item of " + std::string(key_), expected.substr(10), item);
      }
      into.push_back(std::move(*parsed));
    }
    return {};
  }

  std::string_view key_;
  const Datum& datum_;
  RunSettings& into_;
  std::optional<Position> blamed_;
};

class SettingsFile {
 public:
  SettingsFile(const std::string& file, RunSettings defaults)
      : file_(file), settings_(std::move(defaults)) {}

  Result<RunSettings> read(const Datum& whole) && {
    MILLRACE_TRY(section("", whole));
    if (ineffective_ && settings_.http.egress.everything) return *ineffective_;
    return std::move(settings_);
  }

 private:
  Error at(Position place, std::string message) const {
    return Error(ErrorKind::invalid, std::move(message)).at(place_in_file(file_, place));
  }

  Result<void> section(const std::string& prefix, const Datum& datum) {
    if (datum.is_null()) return {};
    if (!datum.is_map()) {
      const std::string what = prefix.empty() ? "the file" : prefix.substr(0, prefix.size() - 1);
      return at(datum.at(), fields::wrong_shape(what, "a map of settings", datum).message());
    }
    for (const Member& member : datum.members()) MILLRACE_TRY(take(prefix, member));
    return {};
  }

  Result<void> take(const std::string& prefix, const Member& member) {
    const std::string key = prefix + member.key;
    const auto known = all_settings();
    const auto* found = std::find_if(known.data(), known.data() + known.size(),
                                     [&](const Setting& setting) { return setting.key == key; });
    if (found != known.data() + known.size()) return set(*found, member);
    const std::string inner = key + ".";
    const bool has_settings = std::ranges::any_of(
        known, [&](const Setting& setting) { return setting.key.starts_with(inner); });
    if (has_settings) return section(inner, member.value);
    if (key == "smtp") {
      return at(member.key_at, "there are no settings for mail (smtp): no function sends any yet");
    }
    return unknown(prefix, member);
  }

  Result<void> set(const Setting& setting, const Member& member) {
    if (member.value.is_null()) return {};
    Take taker(setting.key, member.value, settings_);
    if (auto taken = std::visit(taker, setting.what); !taken) {
      const std::string& message = taken.error().message();
      const bool names_it = message.find(setting.key) != std::string::npos;
      return at(taker.blamed(), names_it ? message : fmt::format("{}: {}", setting.key, message));
    }
    if (setting.refuses_only && !ineffective_) {
      ineffective_ = at(member.key_at,
                        fmt::format("{} has no effect while http.egress.everything is true: set "
                                    "that to false, or leave this out",
                                    setting.key));
    }
    return {};
  }

  // The nearest among what may stand in that section.
  Error unknown(const std::string& prefix, const Member& member) const {
    std::vector<std::string_view> names;
    for (const Setting& setting : all_settings()) {
      if (!setting.key.starts_with(prefix)) continue;
      const std::string_view rest = setting.key.substr(prefix.size());
      names.push_back(rest.substr(0, rest.find('.')));
    }
    const auto near = nearest(member.key, names);
    return at(member.key_at,
              fmt::format("unknown setting \"{}{}\"{}", prefix, member.key,
                          near ? fmt::format(": did you mean \"{}{}\"?", prefix, *near)
                               : "; `millrace config list` shows those that there are"));
  }

  const std::string& file_;
  RunSettings settings_;
  std::optional<Error> ineffective_;
};

}  // namespace

Result<RunSettings> read_settings(const std::string& file, RunSettings defaults) {
  const ReadLimits limits;
  MILLRACE_TRY_ASSIGN(text, read_file(file, limits.file_bytes));
  MILLRACE_TRY_ASSIGN(data, read_data(text, file, format_of(file, text), limits));
  if (data.size() > 1) {
    return Error(ErrorKind::invalid, "settings must be one document, and here a second one begins")
        .at(place_in_file(file, data[1].at()));
  }
  return SettingsFile(file, std::move(defaults)).read(data.empty() ? Datum() : data.front());
}

}  // namespace millrace
