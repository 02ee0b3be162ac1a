#include "http/curl_loops.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <stdexcept>
#include <utility>

namespace millrace::bench {
namespace {

struct Answer {
  std::string head;
  std::string body;
};

void require_ok(CURLcode code) {
  if (code != CURLE_OK) throw std::runtime_error(curl_easy_strerror(code));
}

std::size_t ignore(char*, std::size_t size, std::size_t count, void*) { return size * count; }

std::size_t append(char* bytes, std::size_t size, std::size_t count, void* into) {
  static_cast<std::string*>(into)->append(bytes, size * count);
  return size * count;
}

}  // namespace

BareCurl::BareCurl(const std::string& url) : epoll_(::epoll_create1(0)), multi_(curl_multi_init()) {
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(kAtOnce));
  for (CURL*& handle : handles_) {
    handle = curl_easy_init();
    curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &ignore);
  }
}

BareCurl::~BareCurl() {
  for (CURL* handle : handles_) curl_easy_cleanup(handle);
  curl_multi_cleanup(multi_);
  ::close(epoll_);
}

void BareCurl::run(int requests) {
  int left = requests - kAtOnce;
  int under_way = kAtOnce;
  for (CURL* handle : handles_) curl_multi_add_handle(multi_, handle);
  std::array<epoll_event, kAtOnce> events{};
  int running = 0;
  while (under_way > 0) {
    const int count = ::epoll_wait(epoll_, events.data(), events.size(), wait_);
    if (count == 0) curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      const int mask = ((event.events & EPOLLIN) != 0 ? CURL_CSELECT_IN : 0) |
                       ((event.events & EPOLLOUT) != 0 ? CURL_CSELECT_OUT : 0);
      curl_multi_socket_action(multi_, event.data.fd, mask, &running);
    }
    int messages = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &messages)) {
      require_ok(message->data.result);
      CURL* const handle = message->easy_handle;
      curl_multi_remove_handle(multi_, handle);
      --under_way;
      if (left == 0) continue;
      --left;
      ++under_way;
      curl_multi_add_handle(multi_, handle);
    }
  }
}

int BareCurl::on_timer(CURLM*, long milliseconds, void* self) {
  static_cast<BareCurl*>(self)->wait_ = static_cast<int>(milliseconds);
  return 0;
}

int BareCurl::on_socket(CURL*, curl_socket_t fd, int what, void* self, void* known) {
  auto* bare = static_cast<BareCurl*>(self);
  epoll_event event{};
  event.data.fd = fd;
  event.events =
      ((what & CURL_POLL_IN) != 0 ? EPOLLIN : 0U) | ((what & CURL_POLL_OUT) != 0 ? EPOLLOUT : 0U);
  const int how = what == CURL_POLL_REMOVE ? EPOLL_CTL_DEL
                  : known != nullptr       ? EPOLL_CTL_MOD
                                           : EPOLL_CTL_ADD;
  ::epoll_ctl(bare->epoll_, how, fd, &event);
  if (how == EPOLL_CTL_ADD) curl_multi_assign(bare->multi_, fd, bare);
  return 0;
}

PlainCurl::PlainCurl(std::string url) : url_(std::move(url)), multi_(curl_multi_init()) {
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(kAtOnce));
}

PlainCurl::~PlainCurl() { curl_multi_cleanup(multi_); }

void PlainCurl::run(int requests) {
  int left = requests;
  int under_way = 0;
  while (left > 0 || under_way > 0) {
    for (; under_way < kAtOnce && left > 0; --left, ++under_way) begin();
    int running = 0;
    curl_multi_perform(multi_, &running);
    int messages = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &messages)) {
      require_ok(message->data.result);
      end(message->easy_handle);
      --under_way;
    }
    const bool more = left > 0 && under_way < kAtOnce;
    if (!more && under_way > 0) curl_multi_poll(multi_, nullptr, 0, 1000, nullptr);
  }
}

void PlainCurl::begin() {
  CURL* const handle = curl_easy_init();
  auto* const answer = new Answer();
  curl_easy_setopt(handle, CURLOPT_URL, url_.c_str());
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_PRIVATE, answer);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &append);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &answer->head);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &append);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &answer->body);
  curl_multi_add_handle(multi_, handle);
}

void PlainCurl::end(CURL* handle) {
  Answer* answer = nullptr;
  curl_easy_getinfo(handle, CURLINFO_PRIVATE, &answer);
  curl_multi_remove_handle(multi_, handle);
  curl_easy_cleanup(handle);
  delete answer;
}

}  // namespace millrace::bench
