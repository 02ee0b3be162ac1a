// One request and its response on the wire: one easy handle of curl. No redirects, no retries. It
// is owned by whoever waits for the head, and after that by the body; destroying it aborts it at
// once, paused or not.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/address_race.h"
#include "net/connection_slots.h"
#include "net/curl_error.h"
#include "net/curl_multi.h"
#include "net/egress_policy.h"
#include "net/proxy.h"
#include "net/response_head.h"
#include "net/tls_options.h"
#include "net/upload.h"
#include "scope/event.h"
#include "scope/recycled.h"

namespace millrace {

struct TransferPlan {
  RequestUrl url;
  std::string method;
  std::shared_ptr<const std::vector<Header>> headers;
  std::shared_ptr<Upload> upload;  // null: no body
  bool may_resend = true;          // on a new connection, when an idle one turns out to be dead
  bool wants_new_connection = false;
  std::vector<IpAddress> addresses;
  Nanos address_limit{};  // for all addresses together, where there are several
  Nanos queue{};          // what waiting for the connection took
  Nanos dns{};            // what finding the addresses took
  Nanos race{};           // what connecting took, where that has happened already
  std::optional<ConnectedSocket> connected;  // to the first of the addresses, unless one is reused
  ConnectionSlots::Lease lease;              // given back when the transfer is over
  Nanos idle_time{};                         // of a connection that may be reused
  const EgressPolicy* policy = nullptr;
  TlsOptions tls;
  std::optional<Proxy> proxy;               // then `addresses` are the proxy's
  std::vector<IpAddress> target_addresses;  // of the URL's host, for a proxy that is told them

  const RequestUrl& peer() const { return proxy ? proxy->url() : url; }  // what is connected to
};

struct Timings {
  Nanos queue{};
  Nanos dns{};
  Nanos connect{};
  Nanos tls{};
  Nanos first_byte{};
  bool reused = false;         // the connection stood already
  std::optional<Nanos> body;   // once it has ended
  std::optional<Nanos> total;  // once it has ended
};

class Transfer final : public Recycled, private CurlMulti::Handler {
 public:
  // Who gets the body. Called from inside curl: must not call back.
  class Sink {
   public:
    enum class Take : std::uint8_t { taken, later, never };
    // later: the transfer pauses, and the same bytes come again after resume(). never: it fails.
    virtual Take on_bytes(std::string_view bytes) noexcept = 0;
    // The last call. The transfer is over, well or with an error.
    virtual void on_end(const std::optional<Error>& error) noexcept = 0;

   protected:
    ~Sink() = default;
  };

  Transfer(CurlMulti& multi, TransferPlan plan, const HttpLimits& limits);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  void begin();
  // Set when the connection stands and the request is on its way, or the transfer is over.
  Event& connected() { return connected_; }
  // Set when the request has been sent whole, or the transfer is over.
  Event& sent() { return sent_; }
  // Set when the first line of an answer is there, or the transfer is over.
  Event& first_byte() { return first_byte_; }
  // Set when the head is complete, or the transfer is over.
  Event& head_ready() { return head_ready_; }
  bool is_over() const { return over_; }
  // Why there will be no head. What fails after it is told to the sink only, however soon it comes.
  std::optional<Error> failure_before_head() const {
    return head_.is_complete() ? std::nullopt : error_;
  }
  // It failed before anything was sent: the idle connection that it was given held bytes that
  // nobody had asked for. To be sent again on a new one.
  bool was_given_stale_connection() const { return stale_; }
  // Another attempt would fail in the same way.
  bool failed_for_good() const { return lasting_failure_; }
  ResponseHead& head() { return head_; }
  const RequestUrl& url() const { return plan_.url; }

  // Until there is a sink, a small beginning of the body is held for it: most bodies are no longer
  // than that and end before anybody has asked for them. Then the transfer pauses.
  void attach(Sink& sink);
  void resume();
  // Whether the sink is being called: then this must not be destroyed.
  bool is_calling() const { return handing_over_ || multi_->inside(); }

  // Calls `told` when nothing has moved for `limit` while something should have.
  void watch_idle(Nanos limit, std::function<void()> told);
  TimePoint last_activity() const { return last_activity_; }

  std::string_view phase() const;  // connect, tls, send, headers, body
  std::string doing() const;       // "connecting to example.com:80"
  Timings timings() const;
  CurlMulti& multi() const { return *multi_; }

 private:
  void on_done(CURLcode code) noexcept override;
  void on_reads_ended() noexcept override;
  void end_early();
  void set_options();
  void set_headers();
  void set_body();
  void set_addresses();
  void add_addresses(const RequestUrl& url, const std::vector<IpAddress>& addresses);
  void set_proxy();
  void set_tls();
  CurlFailure failure(CURLcode code) const;
  std::string target() const;  // "example.com:80", and the proxy to it: for messages
  void note_activity();
  void check_idle();
  void set_paused(bool paused);
  bool has_sent_all() const;
  bool is_connection_stale(const char* ip, int port) const;
  void watch_farewell();
  bool hold_early(std::string_view bytes);
  bool hand_over_early();  // false: the sink did not take it
  static Error unwanted();

  static std::size_t on_header(char* line, std::size_t size, std::size_t count, void* self);
  static std::size_t on_write(char* bytes, std::size_t size, std::size_t count, void* self);
  static std::size_t on_read(char* into, std::size_t size, std::size_t count, void* self);
  static int on_seek(void* self, curl_off_t offset, int origin);
  static int on_connected(void* self, char* remote, char* local, int remote_port, int local_port);
  static int on_resolve(void* resolver, void* reserved, void* self);
  static int on_socket_options(void* self, curl_socket_t fd, curlsocktype purpose);
  static curl_socket_t on_open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
  static int on_close_socket(void* multi, curl_socket_t fd);

  CurlMulti* multi_;
  TransferPlan plan_;
  ResponseHead head_;
  CURL* handle_;
  curl_slist* headers_ = nullptr;
  curl_slist* resolved_ = nullptr;
  char message_[CURL_ERROR_SIZE] = {};
  Sink* sink_ = nullptr;
  std::string early_;  // of the body, not taken by a sink yet
  std::size_t early_limit_;
  bool handing_over_ = false;
  Event connected_;
  Event sent_;
  Event first_byte_;
  Event head_ready_;
  std::optional<Error> own_error_;  // why a callback made curl fail
  std::optional<Error> refused_;    // why an address was not connected to; another may do
  std::optional<Error> error_;
  bool begun_ = false;
  bool over_ = false;
  bool paused_ = false;
  bool stale_ = false;
  bool lasting_failure_ = false;
  bool reads_ended_ = false;   // the answer is there, and curl still sends
  int socket_ = -1;            // the last that was opened for it; only to be asked, never used
  int connected_socket_ = -1;  // of the plan, once curl has it
  int sent_times_ = 0;         // 2: an idle connection was dead and the request is sent again
  std::uint64_t uploaded_ = 0;
  Timings timings_;
  TimePoint last_activity_{};
  Nanos idle_limit_{};
  std::function<void()> idle_told_;
  Timer idle_timer_;
  Timer kick_;  // resume(), asked for from inside curl
  std::optional<Shard::Outside> outside_;
  // Of a body that ends with its connection: watched for the farewell that makes it whole.
  std::shared_ptr<const bool> farewell_;
};

}  // namespace millrace
