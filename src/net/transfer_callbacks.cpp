// What curl calls while a transfer is under way. None of these may call curl.
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "net/curl_error.h"
#include "net/tls_farewell.h"
#include "net/transfer.h"

namespace millrace {

std::size_t Transfer::on_header(char* line, std::size_t size, std::size_t count, void* self) {
  auto* transfer = static_cast<Transfer*>(self);
  if (transfer->own_error_) return 0;
  transfer->note_activity();
  transfer->first_byte_.set();
  auto added = transfer->head_.add_line({line, size * count});
  if (!added) {
    transfer->own_error_ = added.error();
    return 0;
  }
  if (transfer->head_.is_complete()) {
    transfer->watch_farewell();
    transfer->sent_.set();  // as far as the server wanted it
    transfer->head_ready_.set();
  }
  return size * count;
}

// curl takes any end of a TLS connection for a proper one; but anybody on the way can cut a
// connection, and a body that only ends with it would pass for whole. Only while the transfer runs
// does curl tell which TLS session is its own.
void Transfer::watch_farewell() {
  const bool is_watched = plan_.url.is_tls() && plan_.method != "HEAD" && !farewell_;
  if (!is_watched || !head_.ends_with_connection()) return;
  curl_tlssessioninfo* info = nullptr;
  curl_easy_getinfo(handle_, CURLINFO_TLS_SSL_PTR, &info);
  if (info == nullptr || info->backend != CURLSSLBACKEND_OPENSSL) return;
  if (info->internals != nullptr)
    farewell_ = watch_for_farewell(static_cast<ssl_st*>(info->internals));
}

std::size_t Transfer::on_write(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto* transfer = static_cast<Transfer*>(self);
  if (transfer->own_error_) return 0;
  transfer->note_activity();
  const std::string_view piece(bytes, size * count);
  auto take = Sink::Take::later;
  if (transfer->sink_ == nullptr) {
    if (transfer->hold_early(piece)) take = Sink::Take::taken;
  } else if (transfer->early_.empty()) {
    take = transfer->sink_->on_bytes(piece);
  }
  switch (take) {
    case Sink::Take::taken: return piece.size();
    case Sink::Take::later: transfer->set_paused(true); return CURL_WRITEFUNC_PAUSE;
    case Sink::Take::never: break;
  }
  transfer->own_error_ = unwanted();
  return 0;
}

std::size_t Transfer::on_read(char* into, std::size_t size, std::size_t count, void* self) {
  auto* transfer = static_cast<Transfer*>(self);
  auto read = transfer->plan_.upload->read({into, size * count});
  if (!read) {
    transfer->own_error_ = read.error();
    return CURL_READFUNC_ABORT;
  }
  if (!*read) return CURL_READFUNC_PAUSE;
  transfer->note_activity();
  transfer->uploaded_ += **read;
  if (**read == 0 || transfer->has_sent_all()) transfer->sent_.set();
  return **read;
}

int Transfer::on_seek(void* self, curl_off_t offset, int origin) {
  auto* transfer = static_cast<Transfer*>(self);
  if (origin != SEEK_SET || offset != 0 || !transfer->plan_.upload->rewind()) {
    return CURL_SEEKFUNC_FAIL;
  }
  transfer->uploaded_ = 0;
  return CURL_SEEKFUNC_OK;
}

// A server that talks on an idle connection would have the next request take that for its answer.
bool Transfer::is_connection_stale(const char* ip, int port) const {
  if (socket_ >= 0) {  // it was made for this request
    multi_->sockets().connected(ip, port);
    return false;
  }
  const int socket = multi_->sockets().find(ip, port);
  char byte = 0;
  return socket >= 0 && ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

// The connection stands, new or taken from the pool, and the request is about to be sent on it.
int Transfer::on_connected(void* self, char*, char* local_ip, int, int local_port) {
  auto* transfer = static_cast<Transfer*>(self);
  if (transfer->is_connection_stale(local_ip, local_port)) {
    transfer->stale_ = true;
    return CURL_PREREQFUNC_ABORT;
  }
  if (++transfer->sent_times_ == 1 && transfer->socket_ < 0) {
    transfer->multi_->connection_reused();
  }
  if (transfer->sent_times_ > 1 && !transfer->plan_.may_resend) {
    transfer->own_error_ =
        Error(ErrorKind::unavailable,
              fmt::format("{} closed the connection before it answered; the request is not sent "
                          "again, because a {} may have had its effect already",
                          transfer->target(), transfer->plan_.method))
            .in_phase("headers");
    return CURL_PREREQFUNC_ABORT;
  }
  transfer->note_activity();
  transfer->connected_.set();
  if (transfer->has_sent_all()) transfer->sent_.set();
  return CURL_PREREQFUNC_OK;
}

// curl is about to resolve something: fine for an address, which needs no asking; otherwise the
// addresses that were handed over have been lost, and asking anybody would block the loop.
int Transfer::on_resolve(void*, void*, void* self) {
  const TransferPlan& plan = static_cast<Transfer*>(self)->plan_;
  const bool is_told = !plan.target_addresses.empty() && IpAddress::parse(plan.url.host());
  return is_told || IpAddress::parse(plan.peer().host()) ? 0 : 1;
}

curl_socket_t Transfer::on_open_socket(void* self, curlsocktype, curl_sockaddr* address) {
  auto* transfer = static_cast<Transfer*>(self);
  const auto where = IpAddress::from(&address->addr);
  if (!where) return CURL_SOCKET_BAD;
  if (const EgressPolicy* policy = transfer->plan_.policy) {
    auto allowed =
        policy->check_address(transfer->plan_.peer().host(), *where, transfer->plan_.peer().port());
    if (!allowed) {
      transfer->refused_ = allowed.error();
      return CURL_SOCKET_BAD;
    }
  }
  auto& connected = transfer->plan_.connected;
  const bool stands = connected && connected->address() == *where;
  const int fd =
      stands ? connected->take()
             : ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (fd < 0) {
    transfer->refused_ = no_socket(errno);
    return CURL_SOCKET_BAD;
  }
  if (stands) {
    transfer->connected_socket_ = fd;
    connected.reset();
  }
  transfer->multi_->socket_opened(fd, transfer->plan_.peer().authority());
  transfer->socket_ = fd;
  return fd;
}

int Transfer::on_socket_options(void* self, curl_socket_t fd, curlsocktype) {
  return static_cast<Transfer*>(self)->connected_socket_ == fd ? CURL_SOCKOPT_ALREADY_CONNECTED
                                                               : CURL_SOCKOPT_OK;
}

int Transfer::on_close_socket(void* multi, curl_socket_t fd) {
  static_cast<CurlMulti*>(multi)->socket_closing(fd);
  return ::close(fd);
}

}  // namespace millrace
