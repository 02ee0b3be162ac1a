#include "net/retry.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace millrace {

bool is_idempotent(std::string_view method) {
  constexpr std::array<std::string_view, 6> kMethods = {"GET",    "HEAD",    "PUT",
                                                        "DELETE", "OPTIONS", "TRACE"};
  return std::ranges::find(kMethods, method) != kMethods.end();
}

bool may_retry(const RetryRule& rule, int status) {
  return std::ranges::find(rule.statuses, status) != rule.statuses.end();
}

bool may_retry(const Error& error) {
  // What one attempt may take has passed: connectTimeout, firstByteTimeout, idleTimeout. That all
  // of them have had their time is not asked here.
  if (error.kind() == ErrorKind::deadline) return true;
  // A name that does not exist and an answer that is not HTTP will be the same next time.
  return error.kind() == ErrorKind::unavailable &&
         (error.phase() == "connect" || error.phase() == "tls" || error.phase() == "send" ||
          error.phase() == "headers");
}

Nanos retry_wait(const RetryRule& rule, int attempt, std::optional<Nanos> retry_after,
                 Random& random) {
  Nanos wait = std::min(rule.backoff, rule.max_backoff);
  for (int doubled = 1; doubled < attempt && wait < rule.max_backoff; ++doubled) {
    wait = std::min(wait * 2, rule.max_backoff);
  }
  const double kept = 1.0 - rule.jitter * random.unit();
  wait = std::chrono::duration_cast<Nanos>(wait * kept);
  return retry_after ? std::max(wait, *retry_after) : wait;
}

std::optional<Nanos> parse_retry_after(const std::string& value, WallTime now) {
  std::int64_t seconds = 0;
  const char* const end = value.data() + value.size();
  const auto [stop, failed] = std::from_chars(value.data(), end, seconds);
  constexpr std::int64_t kLongest = 10LL * 365 * 24 * 3600;
  if (failed == std::errc{} && stop == end && seconds >= 0) {
    return std::chrono::seconds(std::min(seconds, kLongest));
  }
  const time_t date = curl_getdate(value.c_str(), nullptr);
  if (date < 0) return std::nullopt;
  const WallTime at{std::chrono::seconds(std::min<std::int64_t>(date, kLongest * 20))};
  return std::max(at - now, Nanos{0});
}

}  // namespace millrace
