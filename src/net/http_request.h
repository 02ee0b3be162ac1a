// What is asked of the HTTP client, and what it answers: spec of httpRequestSend without the
// engine's types. Plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "net/body.h"
#include "net/response_head.h"
#include "net/retry.h"
#include "net/transfer.h"
#include "value/reader.h"

namespace millrace {

using Fields = std::vector<std::pair<std::string, std::string>>;
using Content = std::variant<std::monostate, std::string, Ref<Reader>>;

// One part of a multipart/form-data body.
struct Part {
  std::string name;
  Content content;
  std::string filename;      // empty: none
  std::string content_type;  // empty: none
};

struct HttpRequest {
  std::string url;
  std::string method;            // empty: POST where there is a body, else GET
  std::optional<Fields> params;  // replaces the URL's query
  std::vector<Header> headers;
  std::string bearer;  // wins over user and password
  std::string user;
  std::string password;
  std::string user_agent;    // empty: the client's own
  std::string content_type;  // empty: body_type, where there is a body
  Content body;
  std::vector<Part> parts;  // instead of body
  std::string body_type;    // Content-Type that goes with the body unless another is given

  // Each limit absent: the default; zero: none.
  std::optional<Nanos> timeout;
  std::optional<Nanos> connect_timeout;
  std::optional<Nanos> first_byte_timeout;
  std::optional<Nanos> idle_timeout;
  std::optional<std::uint64_t> max_body_size;  // decoded
  bool follow_redirects = true;
  bool fail_on_status = false;
  bool compressed = true;
  RetryRule retry;
  std::string idempotency_key;
  TlsOptions tls;
  std::string proxy;  // URL (http, socks5, socks5h); empty: none

  std::string opened_by;  // "step 7": for messages
};

struct HttpResponse {
  std::string status;  // "200 OK"
  int status_code = 0;
  std::vector<Header> headers;
  std::int64_t content_length = -1;
  std::string content_type;
  std::string url;  // after redirects
  int attempts = 1;
  Ref<Body> body;
};

}  // namespace millrace
