// Makes a ServerRequest of the bytes of one. Boost.Beast parses; what it lets pass and what must
// not (more than one way to read where a request ends) is refused here. Waits for nothing.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "net/server/refusal.h"
#include "net/server/server_limits.h"

namespace millrace {

class RequestParser {
 public:
  explicit RequestParser(const ServerLimits& limits);
  ~RequestParser();
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  // The whole head, as HeadScan found it. Call it once, first.
  std::optional<Refusal> read_head(std::string_view head);
  struct Used {
    std::size_t bytes = 0;  // of the input; 0 where more of it is needed
    std::optional<Refusal> refused = std::nullopt;
  };
  Used read_body(std::string_view input);

  // Once the head is read:
  bool is_done() const;            // the whole request has come
  bool keeps_alive() const;        // the client wants to send another one after it
  bool expects_continue() const;   // it waits for "100 Continue" before it sends the body
  std::size_t body_bytes() const;  // that have come
  ServerRequest take();            // once it is done

 private:
  class Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace millrace
