#include "net/curl_multi.h"

#include <cstdlib>
#include <iostream>
#include <utility>

#include "net/curl_memory.h"

namespace millrace {
namespace {

void require(bool held, const char* rule) {
  if (held) return;
  std::cerr << "bug: " << rule << '\n';
  std::abort();
}

}  // namespace

class CurlMulti::Inside {
 public:
  explicit Inside(CurlMulti& multi) : multi_(multi) {
    require(multi_.depth_ == 0, "curl called from inside one of its callbacks");
    ++multi_.depth_;
  }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;
  ~Inside() { --multi_.depth_; }

 private:
  CurlMulti& multi_;
};

CurlMulti::CurlMulti(Shard& shard, const HttpLimits& limits)
    : shard_(&shard),
      limits_(limits),
      watcher_(shard.io(), [this](int fd, int events) { act(fd, events); }),
      timer_(shard, [this] { act(CURL_SOCKET_TIMEOUT, 0); }),
      idle_timer_(shard, [this] { close_idle(); }) {
  initialise_curl();
  open();
}

CurlMulti::~CurlMulti() {
  require(transfers_ == 0, "the HTTP client ends before a transfer of it");
  const Inside inside(*this);
  curl_multi_cleanup(multi_);
}

void CurlMulti::open() {
  multi_ = curl_multi_init();
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
  limit_kept();
}

void CurlMulti::close_idle() {
  require(transfers_ == 0, "connections in use cannot be closed as idle");
  const Inside inside(*this);
  curl_multi_cleanup(multi_);
  due_.reset();
  timer_.disarm();
  idle_timer_.disarm();
  open();
}

void CurlMulti::add(CURL* handle) {
  {
    const Inside inside(*this);
    curl_multi_add_handle(multi_, handle);
    ++transfers_;
  }
  idle_timer_.disarm();
  limit_kept();
  // curl asks to be called back at once. Now is cheaper than by way of the timer.
  act(CURL_SOCKET_TIMEOUT, 0);
}

void CurlMulti::remove(CURL* handle) {
  {
    const Inside inside(*this);
    curl_multi_remove_handle(multi_, handle);
    --transfers_;
  }
  set_timer();
  limit_kept();
  if (transfers_ == 0 && !sockets_.empty()) idle_timer_.arm(shard_->now() + limits_.idle_time);
}

CURLcode CurlMulti::resume(CURL* handle) {
  CURLcode code = CURLE_OK;
  {
    const Inside inside(*this);
    code = curl_easy_pause(handle, CURLPAUSE_CONT);
  }
  set_timer();
  return code;
}

// curl counts those in use among the connections that it keeps, and looks when a transfer ends,
// which is then still one of ours.
void CurlMulti::limit_kept() {
  const std::size_t others = transfers_ > 0 ? transfers_ - 1 : 0;
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS,
                    static_cast<long>(limits_.idle_connections + others));
}

void CurlMulti::socket_opened(int fd, const std::string& peer) {
  ++opened_;
  sockets_.opened(fd, peer);
}

void CurlMulti::socket_closing(int fd) {
  watcher_.forget(fd);
  sockets_.closed(fd);
}

int CurlMulti::on_socket(CURL* handle, curl_socket_t fd, int what, void* self, void*) {
  if ((what & CURL_POLL_IN) == 0) {
    Handler* handler = nullptr;
    curl_easy_getinfo(handle, CURLINFO_PRIVATE, &handler);
    if (handler != nullptr) handler->on_reads_ended();
  }
  // Removed means idle, and most likely wanted again soon; whoever closes it says so.
  const int wanted = what == CURL_POLL_REMOVE
                         ? 0
                         : ((what & CURL_POLL_IN) != 0 ? SocketWatcher::kRead : 0) |
                               ((what & CURL_POLL_OUT) != 0 ? SocketWatcher::kWrite : 0);
  static_cast<CurlMulti*>(self)->watcher_.watch(fd, wanted);
  return 0;
}

int CurlMulti::on_timer(CURLM*, long milliseconds, void* self) {
  auto* multi = static_cast<CurlMulti*>(self);
  multi->due_changed_ = true;
  multi->due_.reset();
  if (milliseconds >= 0) {
    multi->due_ = multi->shard_->now() + std::chrono::milliseconds(milliseconds);
  }
  return 0;
}

void CurlMulti::set_timer() {
  if (!std::exchange(due_changed_, false)) return;
  if (due_) {
    timer_.arm(*due_);
  } else {
    timer_.disarm();
  }
}

void CurlMulti::act(curl_socket_t fd, int events) {
  {
    const Inside inside(*this);
    int running = 0;
    const int mask = ((events & SocketWatcher::kRead) != 0 ? CURL_CSELECT_IN : 0) |
                     ((events & SocketWatcher::kWrite) != 0 ? CURL_CSELECT_OUT : 0);
    curl_multi_socket_action(multi_, fd, mask, &running);
  }
  set_timer();
  collect();
}

void CurlMulti::collect() {
  int left = 0;
  while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    // Removing the handle frees the message.
    CURL* const handle = message->easy_handle;
    const CURLcode code = message->data.result;
    remove(handle);
    Handler* handler = nullptr;
    curl_easy_getinfo(handle, CURLINFO_PRIVATE, &handler);
    if (handler != nullptr) handler->on_done(code);
  }
}

}  // namespace millrace
