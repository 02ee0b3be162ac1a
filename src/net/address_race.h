// Connects to a name that has several addresses (RFC 8305, "happy eyeballs"): the next is tried
// when the one before has failed, or has not answered for a moment. The first connection that
// stands wins and the others are closed. libcurl alone would wait for half of its limit at a dead
// address before it looks at the next of the same family.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "net/ip_address.h"
#include "net/socket_watcher.h"
#include "scope/scope.h"

namespace millrace {

// A TCP connection that stands, closed unless somebody takes it.
class ConnectedSocket {
 public:
  ConnectedSocket(int fd, const IpAddress& address) : fd_(fd), address_(address) {}
  ConnectedSocket(ConnectedSocket&& other) noexcept;
  ConnectedSocket& operator=(ConnectedSocket&& other) noexcept;
  ~ConnectedSocket();
  const IpAddress& address() const { return address_; }
  int take();

 private:
  int fd_;
  IpAddress address_;
};

class AddressRace {
 public:
  // Whether an address may be connected to.
  using Judge = std::function<Result<void>(const IpAddress&)>;
  struct Target {
    std::string authority;  // for messages
    std::vector<IpAddress> addresses;
    std::uint16_t port = 0;
    Nanos limit{};  // for all of them
  };

  AddressRace(Shard& shard, Target target, Judge judge);
  AddressRace(const AddressRace&) = delete;
  AddressRace& operator=(const AddressRace&) = delete;
  ~AddressRace();

  // Errors: phase connect; denied where no address was allowed. Stopping `scope` closes all.
  Task<Result<ConnectedSocket>> run(Scope& scope);

 private:
  struct Running {
    int fd;
    IpAddress address;
  };

  void begin_next();
  // Whether it is under way, or has won.
  bool begin(const IpAddress& address);
  void on_ready(int fd);
  void on_time();
  void fail(int system_error);
  void win(int fd, const IpAddress& address);

  Shard& shard_;
  Target target_;
  Judge judge_;
  std::size_t next_ = 0;
  TimePoint ends_;
  std::vector<Running> running_;
  std::optional<ConnectedSocket> winner_;
  std::optional<Error> refused_;  // the first reason why an address was not tried
  std::optional<Error> failure_;  // the last reason why one was not reached
  Event done_;
  SocketWatcher watcher_;
  Timer timer_;
};

}  // namespace millrace
