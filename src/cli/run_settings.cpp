#include "cli/run_settings.h"

#include <fmt/format.h>

#include <array>

#include "base/byte_size.h"
#include "base/duration.h"
#include "base/version.h"

namespace millrace {
namespace {

template <auto Member>
auto& of_http(RunSettings& settings) {
  return settings.http.limits.*Member;
}
template <auto Member>
auto& of_egress(RunSettings& settings) {
  return settings.http.egress.*Member;
}
template <auto Member>
auto& of_step(RunSettings& settings) {
  return settings.step.*Member;
}
template <auto Member>
auto& of_trace(RunSettings& settings) {
  return settings.trace.*Member;
}
template <auto Member>
auto& of_session(RunSettings& settings) {
  return settings.session.*Member;
}
template <auto Member>
auto& of_script(RunSettings& settings) {
  return settings.script.*Member;
}
template <auto Member>
auto& of_server(RunSettings& settings) {
  return settings.server.*Member;
}
template <auto Member>
auto& of_store(RunSettings& settings) {
  return settings.store.*Member;
}
template <auto Member>
auto& of_run(RunSettings& settings) {
  return settings.*Member;
}

constexpr bool kMayBeZero = true;
constexpr bool kRefusesOnly = true;

using Http = HttpLimits;
using Egress = EgressRules;

// Below that, the language itself has no room.
constexpr std::uint64_t kLeastScriptMemory = 8ULL * 1024 * 1024;

constexpr std::array kSettings{
    Setting{"session.timeout", DurationSetting{of_run<&RunSettings::session_timeout>},
            "limit of the whole session; of this, `--timeout` and the workflow's own the earliest "
            "holds"},
    Setting{"session.steps", CountSetting{of_session<&SessionLimits::steps>},
            "executions of steps in the whole session; of this and the workflow's own the smaller "
            "holds"},
    Setting{"session.iterations", CountSetting{of_session<&SessionLimits::iterations>},
            "passes of one loop"},
    Setting{"session.branches", CountSetting{of_session<&SessionLimits::branches>},
            "branches of forks that run or wait at once"},
    Setting{"session.states", CountSetting{of_session<&SessionLimits::states>},
            "states at once: branches, those at joins, and the ends of branches"},
    Setting{"session.memory", SizeSetting{of_session<&SessionLimits::memory>},
            "the variables of a session; of this and the workflow's own the smaller holds"},
    Setting{"session.depth", CountSetting{of_session<&SessionLimits::depth>},
            "workflows that wait for one another, each run by the one before"},
    Setting{"session.sessions", CountSetting{of_session<&SessionLimits::sessions>},
            "sessions at once, where a workflow begins another one"},
    Setting{
        "step.operations", CountSetting{of_step<&FuelLimits::operations>},
        "operations that the expressions of one step may take, and the function it calls as many"},
    Setting{"step.memory", SizeSetting{of_step<&FuelLimits::bytes>},
            "values that the expressions of one step may make, in all, and the function it calls "
            "as much"},
    Setting{"report.steps", CountSetting{of_trace<&TraceLimits::steps>, 0},
            "entries of `steps` in the document of `--output json`"},
    Setting{"report.frames", CountSetting{of_trace<&TraceLimits::frames>},
            "frames in that document, with `--trace`"},
    Setting{"report.frameMemory", SizeSetting{of_trace<&TraceLimits::bytes>},
            "values in those frames, in all"},
    Setting{"http.timeout", DurationSetting{of_http<&Http::timeout>, kMayBeZero},
            "of a request that sets none, body included"},
    Setting{"http.connectAddresses", DurationSetting{of_http<&Http::connect_addresses>},
            "how long the addresses of a name that has several may take to answer, all together"},
    Setting{"http.userAgent",
            TextSetting{[](RunSettings& settings) -> auto& { return settings.http.user_agent; }},
            "of a request that sets none"},
    Setting{"http.bodyBuffer", SizeSetting{of_http<&Http::body_buffer>},
            "decoded bytes of a body that are held before a step reads them"},
    Setting{"http.bodyKeepMemory", SizeSetting{of_http<&Http::body_keep_memory>},
            "what was read of a body and is kept in memory, before it goes to a file"},
    Setting{"http.bodyKeep", SizeSetting{of_http<&Http::body_keep>, 0},
            "what is kept of a body that was read, for a second reading, or read ahead by a delay"},
    Setting{"http.keepFolder", TextSetting{of_http<&Http::keep_folder>},
            "the folder for the files of `http.bodyKeep`"},
    Setting{"http.castBody", SizeSetting{of_http<&Http::cast>},
            "a body that is cast to a text, where the request sets no `maxBodySize`"},
    Setting{"http.line", SizeSetting{of_http<&Http::line>}, "one line of `loopLines`"},
    Setting{"http.head", SizeSetting{of_http<&Http::head>},
            "the headers of a response, those of interim ones counted in"},
    Setting{"http.interimResponses", CountSetting{of_http<&Http::interim_responses>, 0},
            "interim (1xx) responses to a request"},
    Setting{"http.redirects", CountSetting{of_http<&Http::redirects>, 0},
            "redirects that a request follows"},
    Setting{"http.redirectBody", SizeSetting{of_http<&Http::redirect_body>, 0},
            "of a redirect's body, read so that its connection can be used again"},
    Setting{"http.codings", CountSetting{of_http<&Http::codings>, 0},
            "layers of compression of a body"},
    Setting{"http.connections", CountSetting{of_http<&Http::connections>},
            "requests under way at once, each over a connection of its own; further ones wait"},
    Setting{"http.connectionsPerHost", CountSetting{of_http<&Http::connections_per_host>},
            "of these, to one host and port"},
    Setting{"http.idleConnections", CountSetting{of_http<&Http::idle_connections>},
            "connections that are kept for the next request"},
    Setting{"http.idleTime", DurationSetting{of_http<&Http::idle_time>}, "how long these are kept"},
    Setting{"http.names", CountSetting{of_http<&Http::names>, 0},
            "names whose addresses are remembered, each for as long as its DNS record holds"},
    Setting{"http.egress.everything", FlagSetting{of_egress<&Egress::everything>},
            "every address may be reached, but for those on the deny-lists"},
    Setting{"http.egress.loopback", FlagSetting{of_egress<&Egress::loopback>},
            "loopback addresses may be reached", kRefusesOnly},
    Setting{"http.egress.private", FlagSetting{of_egress<&Egress::private_ranges>},
            "private addresses may be reached", kRefusesOnly},
    Setting{"http.egress.allowHosts", HostsSetting{of_egress<&Egress::allow_hosts>},
            "names that may be reached whatever their address; `.example.com`: all names below it",
            kRefusesOnly},
    Setting{"http.egress.allowRanges", RangesSetting{of_egress<&Egress::allow_ranges>},
            "addresses that may be reached", kRefusesOnly},
    Setting{"http.egress.denyHosts", HostsSetting{of_egress<&Egress::deny_hosts>},
            "names that may not be reached; stronger than what allows"},
    Setting{"http.egress.denyRanges", RangesSetting{of_egress<&Egress::deny_ranges>},
            "addresses that may not be reached; stronger than what allows"},
    Setting{"script.timeout", DurationSetting{of_script<&ScriptLimits::timeout>, kMayBeZero},
            "of a script whose step sets none"},
    Setting{"script.memory", SizeSetting{of_script<&ScriptLimits::memory>, kLeastScriptMemory},
            "what a script may hold, its input included"},
    Setting{"script.output", SizeSetting{of_script<&ScriptLimits::output>},
            "what a script may return"},
    Setting{"script.workers", CountSetting{of_script<&ScriptLimits::workers>},
            "processes for scripts at once; further scripts wait"},
    Setting{"script.calls", CountSetting{of_script<&ScriptLimits::calls>},
            "scripts that a process runs before it is replaced"},
    Setting{
        "session.keep", DurationSetting{of_run<&RunSettings::session_kept>, kMayBeZero},
        "`serve`: how long a session is kept once it has ended, where its workflow does not say "
        "(`keepSessions`)"},
    Setting{"session.purgeEvery", DurationSetting{of_run<&RunSettings::purge_every>},
            "`serve`: how often sessions whose time is over are removed"},
    Setting{"server.connections", CountSetting{of_server<&ServerLimits::connections>},
            "`serve`: clients at once; further ones are answered with 503"},
    Setting{"server.bodySize", SizeSetting{of_server<&ServerLimits::body_bytes>},
            "`serve`: body of one request"},
    Setting{"server.bodies", SizeSetting{of_server<&ServerLimits::all_bodies_bytes>},
            "`serve`: bodies of all requests that are held at once"},
    Setting{"server.idleTime", DurationSetting{of_server<&ServerLimits::keep_alive>},
            "`serve`: how long a client's connection is kept for its next request"},
    Setting{"server.grace", DurationSetting{of_server<&ServerLimits::grace>},
            "`serve`: how long requests under way may still take once the server is to stop"},
    Setting{"store.queue", CountSetting{of_store<&sqlite::Options::queue>},
            "`serve`: records that may wait to be written; beyond it requests are answered with "
            "503"},
    Setting{"store.queueMemory", SizeSetting{of_store<&sqlite::Options::queue_memory>},
            "`serve`: the same in bytes"},
    Setting{"store.record", SizeSetting{of_store<&sqlite::Options::record>},
            "`serve`: one record, which holds the variables of a session, or one piece of a body"},
    Setting{"store.gather", DurationSetting{of_store<&sqlite::Options::gather>, kMayBeZero},
            "`serve`: how long a commit waits for more records while others are under way"},
    Setting{"store.readers", CountSetting{of_store<&sqlite::Options::readers>},
            "`serve`: threads that read"},
    Setting{"store.reads", CountSetting{of_store<&sqlite::Options::reads>},
            "`serve`: questions that may wait to be read"},
    Setting{"store.page", SizeSetting{of_store<&sqlite::Options::page>},
            "`serve`: variables of sessions after which a page of a list ends"},
    Setting{"store.writerCache", SizeSetting{of_store<&sqlite::Options::writer_cache>},
            "`serve`: pages of the file that the writer keeps in memory"},
    Setting{"store.readerCache", SizeSetting{of_store<&sqlite::Options::reader_cache>},
            "`serve`: the same of each reader"},
    Setting{"store.log", SizeSetting{of_store<&sqlite::Options::log>},
            "`serve`: length of the log from which on it is brought into the file"},
    Setting{"store.idle", DurationSetting{of_store<&sqlite::Options::idle>},
            "`serve`: time without writes after which the log is emptied"},
    Setting{"store.spare", SizeSetting{of_store<&sqlite::Options::spare>, 0},
            "`serve`: free space in the file that is kept for what comes next"},
};

constexpr std::string_view kIntroduction = R"(# Configuration

This page is made by `millrace config list`; a test fails when it differs.

`millrace run --config FILE` and `millrace serve --config FILE` read settings from a YAML or JSON file;
`millrace config check FILE` says whether it is right. The part of a key before its last dot is its section:

```yaml
session: { timeout: 10m }
http:
  timeout: 30s
  bodyKeep: 64 MiB
  egress:
    everything: false
    allowHosts: [ api.example.com ]
```

A duration is written as `1h30m` or `500ms`, a size as `64 MiB`, `10kB` or a number of bytes, a range as
`10.0.0.0/8` or a single address. What is not known, what has the wrong type and what would have no effect is
an error. With `http.egress.everything: false`, link-local and cloud metadata addresses are refused too,
unless they are allowed by name or range. For `millrace serve`, `http.egress.everything`
is `false` unless the file says otherwise. There are no settings for mail: no function sends any.

| setting | holds | default | meaning |
| --- | --- | --- | --- |
)";

struct Shown {
  std::string kind;
  std::string value;
};

class Default {
 public:
  Shown operator()(const DurationSetting& setting) {
    const Nanos value = setting.in(settings_);
    return {setting.may_be_zero ? "duration; 0: none" : "duration",
            value == Nanos{0} ? "none" : format_duration(value)};
  }
  Shown operator()(const SizeSetting& setting) {
    return {"size", format_byte_size(setting.in(settings_))};
  }
  Shown operator()(const CountSetting& setting) {
    const std::uint64_t value = setting.in(settings_);
    return {"number", value == kUnlimited ? "none" : std::to_string(value)};
  }
  Shown operator()(const FlagSetting& setting) {
    return {"`true` or `false`", setting.in(settings_) ? "true" : "false"};
  }
  Shown operator()(const TextSetting& setting) {
    return {"text", fmt::format("`{}`", setting.in(settings_))};
  }
  Shown operator()(const HostsSetting&) { return {"list of names", "none"}; }
  Shown operator()(const RangesSetting&) { return {"list of ranges", "none"}; }

 private:
  RunSettings settings_;
};

}  // namespace

RunSettings::RunSettings() { http.user_agent = std::string("Millrace/") + kVersion; }

FunctionOptions function_options(const RunSettings& settings) {
  FunctionOptions options;
  options.http = settings.http;
  options.fuel = settings.step;
  options.script.limits = settings.script;
  return options;
}

std::span<const Setting> all_settings() { return kSettings; }

std::string settings_page() {
  std::string page(kIntroduction);
  Default shown_by_default;
  for (const Setting& setting : kSettings) {
    const Shown shown = std::visit(shown_by_default, setting.what);
    page += fmt::format("| `{}` | {} | {} | {}{} |\n", setting.key, shown.kind, shown.value,
                        setting.help,
                        setting.refuses_only ? "; only with `http.egress.everything: false`" : "");
  }
  return page;
}

}  // namespace millrace
