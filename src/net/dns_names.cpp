#include "net/dns_names.h"

#include <ares.h>
#include <fmt/format.h>
#include <netdb.h>
#include <strings.h>

#include <algorithm>
#include <cstdlib>
#include <mutex>

#include "net/socket_watcher.h"
#include "scope/timer.h"

namespace millrace {
namespace {

// However long a record says that it holds.
constexpr Nanos kLongest = std::chrono::hours(1);

void initialise_ares() {
  static std::once_flag once;
  std::call_once(once, [] {
    if (ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS) std::abort();
  });
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

// One lookup with a channel of its own, so that stopping it stops nothing else and leaves nothing.
class Lookup final : public NameLookup {
 public:
  explicit Lookup(Shard& shard)
      : shard_(shard),
        outside_(shard),
        watcher_(shard.io(), [this](int fd, int events) { process(fd, events); }),
        timer_(shard, [this] { process(ARES_SOCKET_BAD, 0); }) {}
  Lookup(const Lookup&) = delete;
  Lookup& operator=(const Lookup&) = delete;
  ~Lookup() override {
    // Cancels the query and closes its sockets; on_answer is called from within.
    if (channel_ != nullptr) ares_destroy(channel_);
  }

  void begin(const std::string& host, const std::string& servers) {
    host_ = host;
    initialise_ares();
    ares_options options{};
    options.sock_state_cb = &on_socket;
    options.sock_state_cb_data = this;
    if (const int failed = ares_init_options(&channel_, &options, ARES_OPT_SOCK_STATE_CB);
        failed != ARES_SUCCESS) {
      channel_ = nullptr;
      return finish(unresolvable(host_, failed));
    }
    if (!servers.empty()) {
      const int failed = ares_set_servers_ports_csv(channel_, servers.c_str());
      if (failed != ARES_SUCCESS) return finish(unresolvable(host_, failed));
    }
    ares_addrinfo_hints hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_flags = ARES_AI_NOSORT;
    ares_getaddrinfo(channel_, host.c_str(), nullptr, &hints, &on_answer, this);
    arm();
  }

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
    NameAnswer answer{.addresses = {}, .time_to_live = kLongest};
    for (auto* node = found != nullptr ? found->nodes : nullptr; node != nullptr;
         node = node->ai_next) {
      const auto address = IpAddress::from(node->ai_addr);
      auto& known = answer.addresses;
      if (address && std::ranges::find(known, *address) == known.end()) known.push_back(*address);
      answer.time_to_live =
          std::min<Nanos>(answer.time_to_live, std::chrono::seconds(std::max(node->ai_ttl, 0)));
    }
    for (auto* alias = found != nullptr ? found->cnames : nullptr; alias != nullptr;
         alias = alias->next) {
      answer.time_to_live =
          std::min<Nanos>(answer.time_to_live, std::chrono::seconds(std::max(alias->ttl, 0)));
    }
    if (found != nullptr) ares_freeaddrinfo(found);
    if (status == ARES_SUCCESS && answer.addresses.empty()) status = ARES_ENODATA;
    if (status == ARES_SUCCESS) {
      lookup->finish(std::move(answer));
    } else {
      lookup->finish(unresolvable(lookup->host_, status));
    }
  }

  void process(ares_socket_t fd, int events) {
    ares_process_fd(channel_, (events & SocketWatcher::kRead) != 0 ? fd : ARES_SOCKET_BAD,
                    (events & SocketWatcher::kWrite) != 0 ? fd : ARES_SOCKET_BAD);
    arm();
  }

  // For the next retry or time-out of c-ares itself.
  void arm() {
    timeval left{};
    if (done().is_set() || ares_timeout(channel_, nullptr, &left) == nullptr) return;
    timer_.arm(shard_.now() + std::chrono::seconds(left.tv_sec) +
               std::chrono::microseconds(left.tv_usec));
  }

  Shard& shard_;
  Shard::Outside outside_;
  std::string host_;
  SocketWatcher watcher_;
  Timer timer_;
  ares_channel channel_ = nullptr;
};

// With the dot of the root c-ares asks a DNS server for it, and few know it.
bool is_rooted_localhost(const std::string& host) {
  return strcasecmp(host.c_str(), "localhost.") == 0;
}

}  // namespace

DnsNames::DnsNames(const std::vector<std::string>& servers) {
  for (const std::string& server : servers) {
    if (!servers_.empty()) servers_ += ',';
    servers_ += server;
  }
}

std::unique_ptr<NameLookup> DnsNames::look_up(Shard& shard, const std::string& host) {
  auto lookup = std::make_unique<Lookup>(shard);
  lookup->begin(is_rooted_localhost(host) ? "localhost" : host, servers_);
  return lookup;
}

}  // namespace millrace
