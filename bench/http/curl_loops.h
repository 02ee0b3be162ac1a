// What clients are measured beside: libcurl alone, 64 requests at once over kept connections.
#pragma once

#include <curl/curl.h>

#include <array>
#include <string>

namespace millrace::bench {

inline constexpr int kAtOnce = 64;

// The cheapest curl_multi loop there is, on epoll: handles are set up once and added again when
// they are done; nobody looks at headers.
class BareCurl {
 public:
  explicit BareCurl(const std::string& url);
  BareCurl(const BareCurl&) = delete;
  BareCurl& operator=(const BareCurl&) = delete;
  ~BareCurl();

  void run(int requests);

 private:
  static int on_timer(CURLM* multi, long milliseconds, void* self);
  static int on_socket(CURL* handle, curl_socket_t fd, int what, void* self, void* known);

  int epoll_;
  int wait_ = -1;
  CURLM* multi_;
  std::array<CURL*, kAtOnce> handles_{};
};

// What a program does that follows libcurl's own example: curl_multi_perform and curl_multi_poll,
// and a handle of its own for each request, its answer's headers looked at and its body kept.
class PlainCurl {
 public:
  explicit PlainCurl(std::string url);
  PlainCurl(const PlainCurl&) = delete;
  PlainCurl& operator=(const PlainCurl&) = delete;
  ~PlainCurl();

  void run(int requests);

 private:
  void begin();
  void end(CURL* handle);

  std::string url_;
  CURLM* multi_;
};

}  // namespace millrace::bench
