// When a request is sent again, and how long to wait before: pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"

namespace millrace {

struct RetryRule {
  int attempts = 1;                                // the first counts
  Nanos backoff = std::chrono::milliseconds(200);  // doubled each time
  Nanos max_backoff = std::chrono::seconds(30);
  double jitter = 0.5;  // this share of the wait is random
  std::vector<int> statuses = {429, 502, 503, 504};
  bool unsafe = false;  // methods that are not idempotent too
};

// RFC 9110, 9.2.2.
bool is_idempotent(std::string_view method);

// Whether an answer with this status, or this failure, is worth another attempt.
bool may_retry(const RetryRule& rule, int status);
bool may_retry(const Error& error);

// How long to wait after `attempt` (from 1). A Retry-After is honoured even above max_backoff.
Nanos retry_wait(const RetryRule& rule, int attempt, std::optional<Nanos> retry_after,
                 Random& random);

// The value of Retry-After: seconds, or a date. Nothing where it is neither.
std::optional<Nanos> parse_retry_after(const std::string& value, WallTime now);

}  // namespace millrace
