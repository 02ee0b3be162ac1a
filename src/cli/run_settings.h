// The settings of `millrace run --config FILE` and `millrace serve --config FILE`: one table, from
// which the file is read and docs/configuration.md is made.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "engine/session_limits.h"
#include "engine/trace.h"
#include "expression/fuel.h"
#include "function/functions.h"
#include "net/http_client.h"
#include "net/server/server_limits.h"
#include "script/script_limits.h"
#include "store/sqlite/options.h"

namespace millrace {

constexpr std::uint64_t kUnlimited = SessionLimits::kNone;

struct RunSettings {
  RunSettings();

  Nanos session_timeout{};  // 0: none
  SessionLimits session;
  FuelLimits step;
  // Enough for any workflow that a person follows step by step; a loop over a million lines is cut
  // off.
  TraceLimits trace{.frames = 10'000, .steps = 100'000};
  HttpOptions http;
  ScriptLimits script;
  // Of `millrace serve` alone:
  Nanos session_kept = std::chrono::hours(24 * 30);  // once it has ended; 0: for good
  Nanos purge_every = std::chrono::minutes(1);
  ServerLimits server;
  sqlite::Options store;
};

// What they mean for the functions of steps.
FunctionOptions function_options(const RunSettings& settings);

// What a setting holds, and where.
template <class T>
using In = T& (*)(RunSettings&);
struct DurationSetting {
  In<Nanos> in;
  bool may_be_zero = false;  // and then means none
};
struct SizeSetting {
  In<std::uint64_t> in;
  std::uint64_t least = 1;
};
struct CountSetting {
  In<std::uint64_t> in;
  std::uint64_t least = 1;
};
struct FlagSetting {
  In<bool> in;
};
struct TextSetting {
  In<std::string> in;
};
struct HostsSetting {
  In<std::vector<std::string>> in;
};
struct RangesSetting {
  In<std::vector<IpRange>> in;
};

struct Setting {
  std::string_view key;  // "http.bodyKeep": `bodyKeep` in the section `http`
  std::variant<DurationSetting, SizeSetting, CountSetting, FlagSetting, TextSetting, HostsSetting,
               RangesSetting>
      what;
  std::string_view help;
  bool refuses_only = false;  // has no effect while http.egress.everything is true
};

std::span<const Setting> all_settings();

// The page about them: each with its kind, default and meaning, in Markdown.
std::string settings_page();

}  // namespace millrace
