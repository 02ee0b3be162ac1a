// libcurl's multi interface on a shard's event loop: one per shard. It owns the connections and
// their pool; a transfer belongs to whoever began it, and ends before this does.
//
// curl must never be called from inside its own callbacks: inside() says whether we are.
#pragma once

#include <curl/curl.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "net/http_limits.h"
#include "net/local_sockets.h"
#include "net/socket_watcher.h"
#include "scope/shard.h"
#include "scope/timer.h"

namespace millrace {

class CurlMulti {
 public:
  // Somebody with an easy handle under way, whose CURLOPT_PRIVATE points to it.
  class Handler {
   public:
    // The transfer has ended by itself; the handle has been removed already.
    virtual void on_done(CURLcode code) noexcept = 0;
    // curl no longer waits for anything to come: paused, or it has all of the answer. Called from
    // inside it.
    virtual void on_reads_ended() noexcept = 0;

   protected:
    ~Handler() = default;
  };

  CurlMulti(Shard& shard, const HttpLimits& limits);
  ~CurlMulti();
  CurlMulti(const CurlMulti&) = delete;
  CurlMulti& operator=(const CurlMulti&) = delete;

  Shard& shard() const { return *shard_; }

  // Begins the transfer at once: its callbacks may run, and even on_done, before this returns.
  void add(CURL* handle);
  // Ends the transfer at once; its connection is closed unless it is between two answers.
  void remove(CURL* handle);
  // Goes on with a paused transfer: its callbacks run before this returns. What they refuse is told
  // by the code; the transfer is then to be removed.
  CURLcode resume(CURL* handle);
  bool inside() const { return depth_ != 0; }

  // Closes the idle connections. Only while there is no transfer; by itself when there has been
  // none for HttpLimits::idle_time.
  void close_idle();
  std::size_t transfers() const { return transfers_; }
  std::size_t open_sockets() const { return sockets_.count(); }
  std::uint64_t opened() const { return opened_; }  // so far
  std::uint64_t reused() const { return reused_; }
  LocalSockets& sockets() { return sockets_; }
  // To be called by whoever opens and closes sockets for curl, and by who sends over one that
  // stood.
  void socket_opened(int fd, const std::string& peer);
  void socket_closing(int fd);
  void connection_reused() { ++reused_; }

 private:
  class Inside;
  static int on_socket(CURL* handle, curl_socket_t fd, int what, void* self, void* socket_data);
  static int on_timer(CURLM* multi, long milliseconds, void* self);
  void open();
  void act(curl_socket_t fd, int events);
  void collect();  // tells the handlers of what has ended
  void set_timer();
  void limit_kept();

  Shard* shard_;
  HttpLimits limits_;
  std::size_t transfers_ = 0;
  LocalSockets sockets_;
  std::uint64_t opened_ = 0;
  std::uint64_t reused_ = 0;
  int depth_ = 0;
  SocketWatcher watcher_;
  // What curl asked for last. It changes its mind several times within one call: only the last word
  // reaches the timer.
  std::optional<TimePoint> due_;
  bool due_changed_ = false;
  Timer timer_;
  Timer idle_timer_;
  CURLM* multi_ = nullptr;
};

}  // namespace millrace
