// What the demo's upstream answers to a request: plain data, without a socket, so that it can be
// tested and so that the part with sockets stays small.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace millrace {

struct DemoRequest {
  std::string method;
  std::string path;                          // "/drip"
  std::map<std::string, std::string> query;  // not unescaped: nothing here needs it
  std::string body;
};

// A request head up to and with its blank line; nothing where it is not one of HTTP/1.
std::optional<DemoRequest> parse_demo_head(std::string_view head);

struct DemoAnswer {
  std::string status = "200 OK";
  std::string content_type = "text/plain; charset=utf-8";
  std::string body = {};
  std::chrono::milliseconds wait{};    // before the head
  std::chrono::milliseconds spread{};  // the body is dripped over this time
  std::optional<std::size_t> stall_after =
      {};  // sends so many bytes of the body, then nothing more

  std::string head() const;
};

// The paths and what they give are listed at the end of the answer to "/".
class DemoAnswers {
 public:
  DemoAnswer to(const DemoRequest& request);

 private:
  DemoAnswer start_job();
  DemoAnswer ask_job(std::string_view id);
  DemoAnswer webhook();

  std::map<std::uint64_t, int> polls_;  // by job; the oldest goes when there are too many
  std::uint64_t last_job_ = 0;
  std::uint64_t webhooks_ = 0;
};

// Numbered lines of 64 bytes, cut off at `size`: what /drip sends.
std::string demo_text(std::size_t size);

}  // namespace millrace
