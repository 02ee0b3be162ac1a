// Small proxies for tests: they carry what comes to 127.0.0.1, whatever the host is called, and
// note what they were asked for.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "support/raw_server.h"

namespace millrace::support {

class Proxies {
 public:
  // A line a connection: "GET http://a:80/x", "CONNECT a:443", "SOCKS5 name a:80",
  // "SOCKS5 address 127.0.0.1:80", with " by user:password" where it came with one.
  std::vector<std::string> asked() const;

  RawServer::Handler http();
  RawServer::Handler socks5();
  // Both let nobody in but with these; empty: everybody.
  std::string login;  // "user:password"

 private:
  void note(const std::string& line);
  void serve_http(Connection& peer);
  void serve_socks5(Connection& peer);

  mutable std::mutex mutex_;
  std::vector<std::string> asked_;
};

}  // namespace millrace::support
