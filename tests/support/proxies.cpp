#include "support/proxies.h"

#include <netinet/in.h>
#include <openssl/evp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

#include "support/bodies.h"

namespace millrace::support {

namespace {

// -1 where nobody listens.
int connect_to(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in there{};
  there.sin_family = AF_INET;
  there.sin_port = htons(port);
  there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket, reinterpret_cast<sockaddr*>(&there), sizeof there) == 0) return socket;
  ::close(socket);
  return -1;
}

std::uint16_t port_in(const std::string& authority) {
  return static_cast<std::uint16_t>(std::atoi(authority.c_str() + authority.rfind(':') + 1));
}

void carry(Connection& peer, int to, std::string_view first) {
  if (to < 0) return;
  if (!first.empty()) ::send(to, first.data(), first.size(), MSG_NOSIGNAL);
  peer.relay(to);
  ::close(to);
}

std::string basic(const std::string& login) {
  std::string out((login.size() + 2) / 3 * 4 + 1, '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                  reinterpret_cast<const unsigned char*>(login.data()),
                  static_cast<int>(login.size()));
  out.pop_back();
  return "Basic " + out;
}

}  // namespace

std::vector<std::string> Proxies::asked() const {
  const std::lock_guard lock(mutex_);
  return asked_;
}

void Proxies::note(const std::string& line) {
  const std::lock_guard lock(mutex_);
  asked_.push_back(line);
}

RawServer::Handler Proxies::http() {
  return [this](Connection& peer) { serve_http(peer); };
}

RawServer::Handler Proxies::socks5() {
  return [this](Connection& peer) { serve_socks5(peer); };
}

void Proxies::serve_http(Connection& peer) {
  const auto request = peer.read_head();
  if (!request) return;
  std::string line = request->method + " " + request->target;
  const auto given = request->header("Proxy-Authorization");
  if (given) line += " by " + (*given == basic(login) ? login : *given);
  note(line);
  if (!login.empty() && given != basic(login)) {
    peer.send(answer("who are you?", "407 Proxy Authentication Required",
                     "Proxy-Authenticate: Basic\r\n"));
    peer.shutdown_write();
    peer.wait_peer_closed(std::chrono::seconds(2));
    return;
  }
  if (request->method == "CONNECT") {
    const int to = connect_to(port_in(request->target));
    peer.send(to < 0 ? answer("", "502 Bad Gateway")
                     : "HTTP/1.1 200 Connection established\r\nX-Of-The-Proxy: yes\r\n\r\n");
    carry(peer, to, "");
    return;
  }
  const std::size_t host = request->target.find("://") + 3;
  const std::string authority =
      request->target.substr(host, request->target.find('/', host) - host);
  carry(peer, connect_to(port_in(authority)), request->head);
}

void Proxies::serve_socks5(Connection& peer) {
  const auto hello = peer.read_bytes(2);
  if (!hello || !peer.read_bytes(static_cast<unsigned char>((*hello)[1]))) return;
  std::string by;
  if (login.empty()) {
    peer.send(std::string("\x05\x00", 2));
  } else {
    peer.send("\x05\x02");
    const auto user = peer.read_bytes(2);
    if (!user) return;
    const auto name = peer.read_bytes(static_cast<unsigned char>((*user)[1]));
    const auto size = peer.read_bytes(1);
    if (!name || !size) return;
    const auto password = peer.read_bytes(static_cast<unsigned char>((*size)[0]));
    if (!password) return;
    by = *name + ":" + *password;
    peer.send(by == login ? std::string("\x01\x00", 2) : "\x01\x01");
    if (by != login) return note("SOCKS5 refused " + by);
  }
  const auto head = peer.read_bytes(4);
  if (!head) return;
  std::string where;
  if ((*head)[3] == '\x03') {
    const auto size = peer.read_bytes(1);
    const auto name = size ? peer.read_bytes(static_cast<unsigned char>((*size)[0])) : size;
    if (!name) return;
    where = "name " + *name;
  } else {
    const auto bytes = peer.read_bytes((*head)[3] == '\x01' ? 4 : 16);
    if (!bytes) return;
    where = "address";
    for (const char byte : *bytes) {
      where += (where.back() == 's' ? " " : ".") + std::to_string(static_cast<unsigned char>(byte));
    }
  }
  const auto port = peer.read_bytes(2);
  if (!port) return;
  const auto number = static_cast<std::uint16_t>(static_cast<unsigned char>((*port)[0]) << 8 |
                                                 static_cast<unsigned char>((*port)[1]));
  note("SOCKS5 " + where + ":" + std::to_string(number) + (by.empty() ? "" : " by " + by));
  const int to = connect_to(number);
  peer.send(std::string("\x05", 1) + (to < 0 ? '\x05' : '\x00') +
            std::string("\x00\x01\x00\x00\x00\x00\x00\x00", 8));
  carry(peer, to, "");
}

}  // namespace millrace::support
