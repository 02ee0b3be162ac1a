#include "api/json_parts.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <utility>

#include "value/instant.h"
#include "value/json.h"

namespace millrace {
namespace {

// Without its closing brace.
std::string open_error(const Error& error) {
  std::string text =
      fmt::format(R"({{"kind":{},"message":{})", json_string(to_string(error.kind())),
                  json_string(error.message()));
  if (!error.where().empty()) text += ",\"where\":" + json_string(error.where());
  if (!error.phase().empty()) text += ",\"phase\":" + json_string(error.phase());
  return text;
}

}  // namespace

std::string json_string(std::string_view text) {
  std::string quoted;
  append_json_string(quoted, text);
  return quoted;
}

std::string typed_json(const Dict& vars) {
  auto text = to_typed_json(vars);
  return text ? std::move(*text)
              : fmt::format(R"({{"@error":{}}})", json_string(text.error().message()));
}

std::string json_step(const std::string& id) {
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(id.data(), id.data() + id.size(), number);
  const bool is_number = failed == std::errc() && end == id.data() + id.size() &&
                         number < (1ULL << 53) && (id == "0" || id.front() != '0');
  return is_number ? id : json_string(id);
}

std::string json_error(const Error& error, std::string_view step) {
  std::string text = open_error(error);
  if (!step.empty()) text += fmt::format(",\"step\":{}", step);
  std::size_t open = 1;
  for (auto cause = error.cause(); cause; cause = cause->cause()) {
    text += ",\"cause\":" + open_error(*cause);
    ++open;
  }
  return text + std::string(open, '}');
}

std::string json_time(WallTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  Instant instant;
  instant.seconds = seconds.time_since_epoch().count();
  instant.nanos = static_cast<std::int32_t>((time - seconds).count());
  return json_string(instant_rfc3339(instant));
}

std::string json_milliseconds(Nanos time) {
  return fmt::format("{:.3f}", std::chrono::duration<double, std::milli>(time).count());
}

}  // namespace millrace
