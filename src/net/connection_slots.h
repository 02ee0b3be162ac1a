// How many requests may be under way at once, to one host and in all: each has a connection of its
// own. Whoever comes when all are taken waits, first come, first served among those whose host has
// one free. One per HTTP client.
#pragma once

#include <boost/intrusive/list.hpp>
#include <cstddef>
#include <string>
#include <unordered_map>

#include "net/http_limits.h"
#include "scope/scope.h"

namespace millrace {

class ConnectionSlots {
 public:
  // The right to one connection, given back when this ends. The slots outlive it.
  class Lease {
   public:
    Lease() = default;
    Lease(Lease&& other) noexcept;
    Lease& operator=(Lease&& other) noexcept;
    ~Lease() { give_back(); }
    void give_back();

   private:
    friend class ConnectionSlots;
    Lease(ConnectionSlots& slots, std::string host) : slots_(&slots), host_(std::move(host)) {}
    ConnectionSlots* slots_ = nullptr;
    std::string host_;
  };

  explicit ConnectionSlots(const HttpLimits& limits) : limits_(limits) {}
  ConnectionSlots(const ConnectionSlots&) = delete;
  ConnectionSlots& operator=(const ConnectionSlots&) = delete;

  // `host` is the authority, "example.com:443". Stopping `scope` leaves the queue; the error has
  // phase queue and names the limit that was in the way.
  Task<Result<Lease>> take(Scope& scope, std::string host);

  std::size_t in_use() const { return in_use_; }
  std::size_t in_use(const std::string& host) const;
  std::size_t waiting() const { return waiting_.size(); }

 private:
  struct Waiting : boost::intrusive::list_base_hook<> {
    const std::string* host;
    Event granted;
  };

  bool has_room(const std::string& host) const;
  void occupy(const std::string& host);
  void release(const std::string& host);
  std::string doing(const std::string& host) const;

  const HttpLimits& limits_;
  std::size_t in_use_ = 0;
  std::unordered_map<std::string, std::size_t> by_host_;
  boost::intrusive::list<Waiting> waiting_;
};

}  // namespace millrace
