#include "net/connection_slots.h"

#include <fmt/format.h>

#include <utility>

namespace millrace {

ConnectionSlots::Lease::Lease(Lease&& other) noexcept
    : slots_(std::exchange(other.slots_, nullptr)), host_(std::move(other.host_)) {}

ConnectionSlots::Lease& ConnectionSlots::Lease::operator=(Lease&& other) noexcept {
  if (this == &other) return *this;
  give_back();
  slots_ = std::exchange(other.slots_, nullptr);
  host_ = std::move(other.host_);
  return *this;
}

void ConnectionSlots::Lease::give_back() {
  if (slots_ != nullptr) std::exchange(slots_, nullptr)->release(host_);
}

std::size_t ConnectionSlots::in_use(const std::string& host) const {
  const auto found = by_host_.find(host);
  return found == by_host_.end() ? 0 : found->second;
}

bool ConnectionSlots::has_room(const std::string& host) const {
  return in_use_ < limits_.connections && in_use(host) < limits_.connections_per_host;
}

void ConnectionSlots::occupy(const std::string& host) {
  ++in_use_;
  ++by_host_[host];
}

Task<Result<ConnectionSlots::Lease>> ConnectionSlots::take(Scope& scope, std::string host) {
  const auto describe = [this, &host] { return doing(host); };
  auto before = scope.check(describe);
  if (!before) co_return before.error().in_phase("queue");
  if (has_room(host)) {
    occupy(host);
    co_return Lease(*this, std::move(host));
  }
  Waiting waiting;
  waiting.host = &host;
  waiting_.push_back(waiting);
  auto waited = co_await scope.wait(waiting.granted, describe);
  if (!waiting.granted.is_set()) {
    waiting_.erase(waiting_.iterator_to(waiting));
    co_return waited.error().in_phase("queue");
  }
  // Granted, and perhaps stopped at the same moment: then it goes on to the next.
  Lease lease(*this, std::move(host));
  if (!waited) co_return waited.error().in_phase("queue");
  co_return lease;
}

void ConnectionSlots::release(const std::string& host) {
  --in_use_;
  const auto found = by_host_.find(host);
  if (--found->second == 0) by_host_.erase(found);
  for (auto next = waiting_.begin(); next != waiting_.end(); ++next) {
    if (!has_room(*next->host)) continue;
    Waiting& first = *next;
    waiting_.erase(next);
    occupy(*first.host);
    first.granted.set();
    return;
  }
}

std::string ConnectionSlots::doing(const std::string& host) const {
  if (has_room(host)) return fmt::format("taking a connection to {}", host);
  const bool by_host = in_use(host) >= limits_.connections_per_host;
  return fmt::format("waiting for a free connection to {} ({} in use{}: setting {})", host,
                     by_host ? limits_.connections_per_host : limits_.connections,
                     by_host ? " there" : "",
                     by_host ? "http.connectionsPerHost" : "http.connections");
}

}  // namespace millrace
