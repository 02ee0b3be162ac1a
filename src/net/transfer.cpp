#include "net/transfer.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <limits>
#include <new>
#include <utility>

#include "net/curl_error.h"

namespace millrace {
namespace {

constexpr long kReceiveBuffer = 64 * 1024;
constexpr std::size_t kMostEarly = 64 * 1024;

Nanos microseconds(CURL* handle, CURLINFO which) {
  curl_off_t value = 0;
  curl_easy_getinfo(handle, which, &value);
  return std::chrono::microseconds(value);
}

// curl tells of TCP and TLS in one; the socket knows which of them stands.
bool is_connected(int socket) {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  return ::getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &size) == 0;
}

}  // namespace

Transfer::Transfer(CurlMulti& multi, TransferPlan plan, const HttpLimits& limits)
    : multi_(&multi),
      plan_(std::move(plan)),
      head_(limits),
      handle_(curl_easy_init()),
      early_limit_(std::min(kMostEarly, limits.body_buffer)),
      idle_timer_(multi.shard(), [this] { check_idle(); }),
      kick_(multi.shard(), [this] { reads_ended_ ? end_early() : resume(); }) {
  if (handle_ == nullptr) throw std::bad_alloc();
}

Transfer::~Transfer() {
  if (begun_ && !over_) multi_->remove(handle_);
  if (handle_ != nullptr) curl_easy_cleanup(handle_);
  curl_slist_free_all(headers_);
  curl_slist_free_all(resolved_);
}

void Transfer::begin() {
  set_options();
  set_headers();
  set_body();
  set_addresses();
  if (plan_.url.is_tls()) set_tls();
  if (plan_.proxy) set_proxy();
  if (plan_.upload) plan_.upload->on_ready([this] { kick_.arm(multi_->shard().now()); });
  begun_ = true;
  outside_.emplace(multi_->shard());
  note_activity();
  multi_->add(handle_);
}

void Transfer::set_options() {
  CURL* const handle = handle_;
  curl_easy_setopt(handle, CURLOPT_PRIVATE, static_cast<CurlMulti::Handler*>(this));
  curl_easy_setopt(handle, CURLOPT_CURLU, plan_.url.handle());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(handle, CURLOPT_FRESH_CONNECT, plan_.wants_new_connection ? 1L : 0L);
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 1L);
  curl_easy_setopt(handle, CURLOPT_BUFFERSIZE, kReceiveBuffer);
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, message_);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &on_header);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &on_write);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, &on_connected);
  curl_easy_setopt(handle, CURLOPT_PREREQDATA, this);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, &on_open_socket);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, this);
  curl_easy_setopt(handle, CURLOPT_SOCKOPTFUNCTION, &on_socket_options);
  curl_easy_setopt(handle, CURLOPT_SOCKOPTDATA, this);
  curl_easy_setopt(handle, CURLOPT_CLOSESOCKETFUNCTION, &on_close_socket);
  curl_easy_setopt(handle, CURLOPT_CLOSESOCKETDATA, multi_);
  const auto idle = std::chrono::ceil<std::chrono::seconds>(plan_.idle_time);
  curl_easy_setopt(handle, CURLOPT_MAXAGE_CONN, static_cast<long>(idle.count()));
  // Deadlines belong to scopes. Only where there are several addresses does curl need a time after
  // which it gives one up.
  const auto none = std::chrono::milliseconds(std::numeric_limits<int>::max());
  const auto limit = plan_.addresses.size() > 1
                         ? std::chrono::ceil<std::chrono::milliseconds>(plan_.address_limit)
                         : none;
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(std::min(limit, none).count()));
}

void Transfer::set_headers() {
  std::string line;
  const auto add = [&](std::string_view name, std::string_view sign, std::string_view value) {
    line.assign(name).append(sign).append(value);
    curl_slist* longer = curl_slist_append(headers_, line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    headers_ = longer;
  };
  for (const auto& [name, value] : *plan_.headers) {
    // curl takes "Name:" for removing a header, "Name;" for an empty one.
    const bool is_blank = value.find_first_not_of(" \t") == std::string::npos;
    add(name, is_blank ? ";" : ": ", is_blank ? "" : value);
  }
  // What curl would add by itself.
  const auto leave_out = [&](const char* name) {
    if (find_header(*plan_.headers, name) == nullptr) add(name, ":", "");
  };
  leave_out("Accept");
  if (plan_.upload) {
    leave_out("Expect");
    leave_out("Content-Type");
  }
  curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, headers_);
}

void Transfer::set_body() {
  if (plan_.method == "HEAD") {
    curl_easy_setopt(handle_, CURLOPT_NOBODY, 1L);
    return;
  }
  if (plan_.upload) {
    curl_easy_setopt(handle_, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(handle_, CURLOPT_INFILESIZE_LARGE,
                     static_cast<curl_off_t>(plan_.upload->size()));
    curl_easy_setopt(handle_, CURLOPT_READFUNCTION, &on_read);
    curl_easy_setopt(handle_, CURLOPT_READDATA, this);
    curl_easy_setopt(handle_, CURLOPT_SEEKFUNCTION, &on_seek);
    curl_easy_setopt(handle_, CURLOPT_SEEKDATA, this);
  }
  curl_easy_setopt(handle_, CURLOPT_CUSTOMREQUEST, plan_.method.c_str());
}

// curl finds the addresses in its cache and never resolves by itself: on_resolve sees to that.
void Transfer::set_addresses() {
  curl_easy_setopt(handle_, CURLOPT_RESOLVER_START_FUNCTION, &on_resolve);
  curl_easy_setopt(handle_, CURLOPT_RESOLVER_START_DATA, this);
  add_addresses(plan_.peer(), plan_.addresses);
  if (!plan_.target_addresses.empty()) add_addresses(plan_.url, plan_.target_addresses);
  if (resolved_ == nullptr) return;
  curl_easy_setopt(handle_, CURLOPT_RESOLVE, resolved_);
  // Longer than a request may wait for a connection; shorter than for ever.
  curl_easy_setopt(handle_, CURLOPT_DNS_CACHE_TIMEOUT, 3600L);
}

void Transfer::add_addresses(const RequestUrl& url, const std::vector<IpAddress>& addresses) {
  if (IpAddress::parse(url.host())) return;
  std::string entry = fmt::format("+{}:{}:", url.host(), url.port());
  for (const IpAddress& address : addresses) {
    if (entry.back() != ':') entry += ',';
    entry += address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
  }
  curl_slist* longer = curl_slist_append(resolved_, entry.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  resolved_ = longer;
}

void Transfer::set_tls() {
  const TlsOptions& tls = plan_.tls;
  curl_easy_setopt(handle_, CURLOPT_SSL_VERIFYPEER, tls.verify ? 1L : 0L);
  curl_easy_setopt(handle_, CURLOPT_SSL_VERIFYHOST, tls.verify ? 2L : 0L);
  const bool newest = tls.min_version == "1.3";
  curl_easy_setopt(handle_, CURLOPT_SSLVERSION,
                   static_cast<long>(newest ? CURL_SSLVERSION_TLSv1_3 : CURL_SSLVERSION_TLSv1_2));
  const auto give = [this](CURLoption option, const std::string& pem) {
    if (pem.empty()) return;
    curl_blob blob{const_cast<char*>(pem.data()), pem.size(), CURL_BLOB_COPY};
    curl_easy_setopt(handle_, option, &blob);
  };
  // Whoever names an authority trusts no other.
  if (!tls.ca_certificate.empty()) curl_easy_setopt(handle_, CURLOPT_CAPATH, nullptr);
  give(CURLOPT_CAINFO_BLOB, tls.ca_certificate);
  give(CURLOPT_SSLCERT_BLOB, tls.client_certificate);
  give(CURLOPT_SSLKEY_BLOB, tls.client_key.empty() ? tls.client_certificate : tls.client_key);
}

void Transfer::set_proxy() {
  curl_easy_setopt(handle_, CURLOPT_PROXY, plan_.proxy->text().c_str());
  // The environment has no say in which hosts are spared it.
  curl_easy_setopt(handle_, CURLOPT_NOPROXY, "");
  curl_easy_setopt(handle_, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  const auto& credentials = plan_.proxy->url().credentials();
  if (!credentials) return;
  curl_easy_setopt(handle_, CURLOPT_PROXYUSERNAME, credentials->user.c_str());
  curl_easy_setopt(handle_, CURLOPT_PROXYPASSWORD, credentials->password.c_str());
}

void Transfer::attach(Sink& sink) {
  sink_ = &sink;
  if (over_ && early_.empty()) {
    sink.on_end(error_);
  } else if (paused_) {
    resume();
  } else {
    hand_over_early();
  }
}

void Transfer::resume() {
  if (is_calling()) {
    kick_.arm(multi_->shard().now());
    return;
  }
  if (!hand_over_early() || over_) return;
  set_paused(false);
  const CURLcode code = multi_->resume(handle_);
  if (code == CURLE_OK) return;
  // What a callback refuses while curl hands over what it held is told here and nowhere else.
  multi_->remove(handle_);
  on_done(code);
}

bool Transfer::hold_early(std::string_view bytes) {
  if (early_.size() + bytes.size() > early_limit_) return false;
  early_.append(bytes);
  return true;
}

bool Transfer::hand_over_early() {
  if (early_.empty() || sink_ == nullptr) return true;
  handing_over_ = true;
  const auto take = sink_->on_bytes(early_);
  handing_over_ = false;
  if (take == Sink::Take::later) {
    if (!over_) set_paused(true);
    return false;
  }
  std::string().swap(early_);
  const bool taken = take == Sink::Take::taken;
  if (!taken) {
    own_error_ = unwanted();
    if (!over_) {
      multi_->remove(handle_);
      on_done(CURLE_WRITE_ERROR);
      return false;
    }
    error_ = own_error_;
  }
  if (over_) sink_->on_end(error_);
  return taken;
}

// Seen by nobody: the sink that refuses knows why.
Error Transfer::unwanted() { return {ErrorKind::canceled, "the response body is not wanted"}; }

void Transfer::set_paused(bool paused) {
  paused_ = paused;
  if (paused) {
    outside_.reset();
  } else {
    if (!outside_) outside_.emplace(multi_->shard());
    note_activity();
    check_idle();
  }
}

// A server may have answered before it has read all that is sent to it, and then read no more. Once
// the last byte of its answer is there the transfer is over; its connection is of no further use.
void Transfer::on_reads_ended() noexcept {
  if (over_ || paused_ || !plan_.upload || !head_.is_complete()) return;
  reads_ended_ = true;
  kick_.arm(multi_->shard().now());
}

void Transfer::end_early() {
  if (is_calling()) {
    kick_.arm(multi_->shard().now());
    return;
  }
  multi_->remove(handle_);
  on_done(CURLE_OK);
}

void Transfer::on_done(CURLcode code) noexcept {
  over_ = true;
  if (own_error_) {
    error_ = own_error_;
  } else if (code == CURLE_COULDNT_CONNECT && refused_) {
    error_ = refused_;
  } else if (code != CURLE_OK) {
    error_ = to_error(failure(code));
    lasting_failure_ = is_lasting(failure(code));
  } else if (!head_.is_complete()) {
    error_ = to_error(failure(CURLE_GOT_NOTHING));
  } else if (farewell_ && !*farewell_) {
    error_ = to_error(failure(CURLE_PARTIAL_FILE));
  }
  timings_ = timings();
  timings_.total = microseconds(handle_, CURLINFO_TOTAL_TIME_T);
  timings_.body = *timings_.total - timings_.first_byte;
  curl_easy_cleanup(handle_);
  handle_ = nullptr;
  outside_.reset();
  idle_timer_.disarm();
  kick_.disarm();
  plan_.lease.give_back();
  if (plan_.upload) plan_.upload->on_ready({});
  for (Event* event : {&connected_, &sent_, &first_byte_, &head_ready_}) event->set();
  if (sink_ != nullptr && early_.empty()) sink_->on_end(error_);
}

CurlFailure Transfer::failure(CURLcode code) const {
  long system_error = 0;
  curl_easy_getinfo(handle_, CURLINFO_OS_ERRNO, &system_error);
  char* remote = nullptr;
  curl_easy_getinfo(handle_, CURLINFO_PRIMARY_IP, &remote);
  return CurlFailure{.code = code,
                     .system_error = static_cast<int>(system_error),
                     .message = message_,
                     .authority = target(),
                     .peer = plan_.peer().authority(),
                     .is_proxied = plan_.proxy.has_value(),
                     .address = remote != nullptr ? remote : "",
                     .phase = std::string(phase())};
}

void Transfer::watch_idle(Nanos limit, std::function<void()> told) {
  idle_limit_ = limit;
  idle_told_ = std::move(told);
  note_activity();
  check_idle();
}

// Nobody asks before it is watched.
void Transfer::note_activity() {
  if (idle_limit_ > Nanos{0}) last_activity_ = multi_->shard().now();
}

void Transfer::check_idle() {
  if (over_ || paused_ || !idle_told_) return;
  if (multi_->shard().now() - last_activity_ >= idle_limit_) {
    const auto told = std::exchange(idle_told_, {});
    told();
  } else {
    idle_timer_.arm(last_activity_ + idle_limit_);
  }
}

bool Transfer::has_sent_all() const {
  return !plan_.upload || (plan_.upload->size() >= 0 &&
                           uploaded_ >= static_cast<std::uint64_t>(plan_.upload->size()));
}

std::string_view Transfer::phase() const {
  if (head_.is_complete()) return "body";
  if (sent_times_ > 0) return sent_.is_set() ? "headers" : "send";
  // Of a tunnel nobody knows whether the proxy has made it yet.
  return plan_.url.is_tls() && !plan_.proxy && is_connected(socket_) ? "tls" : "connect";
}

std::string Transfer::target() const {
  const std::string there = plan_.url.authority();
  if (!plan_.proxy) return there;
  return fmt::format("{} (through the proxy {})", there, plan_.proxy->url().authority());
}

std::string Transfer::doing() const {
  const std::string_view at = phase();
  const std::string peer = target();
  if (at == "connect") return fmt::format("connecting to {}", peer);
  if (at == "tls") return fmt::format("waiting for the TLS handshake of {}", peer);
  if (at == "send") {
    const std::string total =
        plan_.upload->size() < 0 ? std::string() : fmt::format(" of {}", plan_.upload->size());
    return fmt::format("sending the request body to {} ({}{} bytes)", peer, uploaded_, total);
  }
  if (at == "headers") return fmt::format("waiting for the response headers of {}", peer);
  return "reading the response body";
}

Timings Transfer::timings() const {
  if (handle_ == nullptr) return timings_;
  Timings timings;
  const Nanos connected = microseconds(handle_, CURLINFO_CONNECT_TIME_T);
  const Nanos secured = microseconds(handle_, CURLINFO_APPCONNECT_TIME_T);
  timings.queue = plan_.queue;
  timings.dns = plan_.dns;
  timings.connect = plan_.race + connected;
  timings.reused = sent_times_ > 0 && socket_ < 0;
  if (secured > connected) timings.tls = secured - connected;
  timings.first_byte = microseconds(handle_, CURLINFO_STARTTRANSFER_TIME_T);
  return timings;
}

}  // namespace millrace
