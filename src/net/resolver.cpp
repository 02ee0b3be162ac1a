#include "net/resolver.h"

#include <ares.h>
#include <fmt/format.h>
#include <netdb.h>
#include <strings.h>

#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <optional>

#include "net/socket_watcher.h"
#include "scope/timer.h"

namespace millrace {
namespace {

void initialise_ares() {
  static std::once_flag once;
  std::call_once(once, [] {
    if (ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS) std::abort();
  });
}

// One lookup with a channel of its own, so that stopping it stops nothing else and leaves nothing.
class Lookup {
 public:
  explicit Lookup(Shard& shard)
      : shard_(shard),
        outside_(shard),
        watcher_(shard.io(), [this](int fd, int events) { process(fd, events); }),
        timer_(shard, [this] { process(ARES_SOCKET_BAD, 0); }) {}
  Lookup(const Lookup&) = delete;
  Lookup& operator=(const Lookup&) = delete;
  ~Lookup() {
    // Cancels the query and closes its sockets; on_answer is called from within.
    if (channel_ != nullptr) ares_destroy(channel_);
  }

  void begin(const std::string& host) {
    initialise_ares();
    ares_options options{};
    options.sock_state_cb = &on_socket;
    options.sock_state_cb_data = this;
    status_ = ares_init_options(&channel_, &options, ARES_OPT_SOCK_STATE_CB);
    if (status_ != ARES_SUCCESS) {
      channel_ = nullptr;
      done_.set();
      return;
    }
    ares_addrinfo_hints hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_flags = ARES_AI_NOSORT;
    ares_getaddrinfo(channel_, host.c_str(), nullptr, &hints, &on_answer, this);
    arm();
  }

  Event& done() { return done_; }
  int status() const { return status_; }
  std::vector<IpAddress> take_addresses() { return std::move(addresses_); }

 private:
  static void on_socket(void* self, ares_socket_t fd, int readable, int writable) {
    auto& watcher = static_cast<Lookup*>(self)->watcher_;
    const int wanted =
        (readable != 0 ? SocketWatcher::kRead : 0) | (writable != 0 ? SocketWatcher::kWrite : 0);
    if (wanted == 0) {
      watcher.forget(fd);
    } else {
      watcher.watch(fd, wanted);
    }
  }

  static void on_answer(void* self, int status, int, ares_addrinfo* found) {
    auto* lookup = static_cast<Lookup*>(self);
    lookup->status_ = status;
    for (auto* node = found != nullptr ? found->nodes : nullptr; node != nullptr;
         node = node->ai_next) {
      const auto address = IpAddress::from(node->ai_addr);
      auto& known = lookup->addresses_;
      if (address && std::ranges::find(known, *address) == known.end()) known.push_back(*address);
    }
    if (found != nullptr) ares_freeaddrinfo(found);
    lookup->done_.set();
  }

  void process(ares_socket_t fd, int events) {
    ares_process_fd(channel_, (events & SocketWatcher::kRead) != 0 ? fd : ARES_SOCKET_BAD,
                    (events & SocketWatcher::kWrite) != 0 ? fd : ARES_SOCKET_BAD);
    arm();
  }

  // For the next retry or time-out of c-ares itself.
  void arm() {
    timeval left{};
    if (done_.is_set() || ares_timeout(channel_, nullptr, &left) == nullptr) return;
    timer_.arm(shard_.now() + std::chrono::seconds(left.tv_sec) +
               std::chrono::microseconds(left.tv_usec));
  }

  Shard& shard_;
  Shard::Outside outside_;
  Event done_;
  int status_ = ARES_SUCCESS;
  std::vector<IpAddress> addresses_;
  SocketWatcher watcher_;
  Timer timer_;
  ares_channel channel_ = nullptr;
};

// With the dot of the root c-ares asks a DNS server for it, and few know it.
bool is_rooted_localhost(const std::string& host) {
  return strcasecmp(host.c_str(), "localhost.") == 0;
}

Error unresolvable(const std::string& host, int status) {
  const bool unknown =
      status == ARES_ENOTFOUND || status == ARES_ENODATA || status == ARES_EBADNAME;
  const std::string text =
      unknown ? fmt::format("cannot resolve \"{}\" (no such name): is it spelled right?", host)
              : fmt::format("cannot resolve \"{}\" ({}): is a DNS server reachable from here?",
                            host, ares_strerror(status));
  return Error(ErrorKind::unavailable, text).in_phase("dns");
}

}  // namespace

Task<Result<std::vector<IpAddress>>> Resolver::resolve(Scope& scope, std::string host) {
  if (const auto literal = IpAddress::parse(host)) co_return std::vector<IpAddress>{*literal};
  Lookup lookup(scope.shard());
  lookup.begin(is_rooted_localhost(host) ? "localhost" : host);
  const auto describe = [&host] { return fmt::format("resolving \"{}\"", host); };
  auto waited = co_await scope.wait(lookup.done(), describe);
  if (!waited) co_return waited.error().in_phase("dns");
  auto addresses = lookup.take_addresses();
  if (lookup.status() != ARES_SUCCESS || addresses.empty()) {
    co_return unresolvable(host, lookup.status() == ARES_SUCCESS ? ARES_ENODATA : lookup.status());
  }
  // IPv4 first: a broken IPv6 route is common, a broken IPv4 route beside a good IPv6 one is not.
  std::ranges::stable_partition(addresses, [](const IpAddress& found) { return !found.is_v6(); });
  co_return addresses;
}

}  // namespace millrace
