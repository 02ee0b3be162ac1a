#include "net/server/request_parser.h"

#include <fmt/format.h>

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <string>
#include <utility>

#include "base/ascii.h"

namespace millrace {

namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

using Text = boost::beast::string_view;

// What is left of a chunked body is never shorter: "0", CR, LF, CR, LF. Beast 1.81 asserts that the
// last chunk comes back with as much as that when it was not whole the first time, so that a client
// which sends it byte by byte would end the process.
constexpr std::size_t kShortestRest = 5;

Refusal invalid(unsigned status, std::string message) {
  return {status, Error(ErrorKind::invalid, std::move(message))};
}

// Whether the first line ends as one of HTTP does: "HTTP/2.0".
bool names_version(std::string_view head) {
  const std::string_view line = head.substr(0, head.find('\r'));
  constexpr std::string_view kForm = "HTTP/0.0";
  if (line.size() <= kForm.size()) return false;
  std::string version(line.substr(line.size() - kForm.size()));
  for (char& c : version) c = c >= '0' && c <= '9' ? '0' : c;
  return version == kForm;
}

std::string_view plain(Text text) { return {text.data(), text.size()}; }

}  // namespace

class RequestParser::Parser final : public http::basic_parser<true> {
 public:
  explicit Parser(const ServerLimits& limits) : limits_(limits) {
    header_limit(static_cast<std::uint32_t>(limits.header_bytes));
    body_limit(limits.body_bytes);
  }

  // Of a Beast error, the refusal that it stands for.
  Refusal refusal(const error_code& failed) const {
    if (refused_) return *refused_;
    if (failed == http::error::body_limit) {
      return {413, Error(ErrorKind::exhausted,
                         fmt::format("the request's body is too large: at most {} bytes are taken",
                                     limits_.body_bytes))};
    }
    return invalid(400, "not a request of HTTP/1.1: " + failed.message());
  }

  bool expects_continue() const { return expects_ && is_http11_; }
  ServerRequest& request() { return request_; }

 private:
  void on_request_impl(http::verb, Text method, Text target, int version, error_code&) override {
    request_.method = plain(method);
    request_.target = plain(target);
    is_http11_ = version == 11;
  }
  void on_response_impl(int, Text, int, error_code&) override {}
  void on_field_impl(http::field field, Text name, Text value, error_code& failed) override {
    // Of trailers nothing is kept: they come too late for those who look at headers.
    if (is_header_done()) return;
    if (!note(field, plain(value))) failed = http::error::bad_field;
    request_.headers.emplace_back(plain(name), plain(value));
  }
  void on_header_impl(error_code& failed) override {
    check_head();
    if (refused_) failed = http::error::bad_field;
  }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(Text bytes, error_code&) override { return keep(bytes); }
  void on_chunk_header_impl(std::uint64_t, Text, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, Text bytes, error_code&) override {
    return keep(bytes);
  }
  void on_finish_impl(error_code&) override {}

  std::size_t keep(Text bytes) {
    request_.body.append(bytes.data(), bytes.size());
    return bytes.size();
  }

  // What the whole of the headers is judged by; false where one refuses the request by itself.
  bool note(http::field field, std::string_view value) {
    switch (field) {
      case http::field::host: ++hosts_; break;
      case http::field::content_length: has_length_ = true; break;
      case http::field::transfer_encoding:
        is_encoded_ = true;
        if (ascii_lower(value) != "chunked") {
          refused_ = invalid(501, "the only Transfer-Encoding that is known here is \"chunked\"");
        }
        break;
      case http::field::expect:
        expects_ = true;
        if (ascii_lower(value) != "100-continue") {
          refused_ = invalid(417, "the only expectation that is known here is \"100-continue\"");
        }
        break;
      default: break;
    }
    return !refused_;
  }

  void check_head() {
    if (is_encoded_ && has_length_) {
      refused_ = invalid(400, "a request has a Content-Length or a Transfer-Encoding, not both");
    } else if (is_encoded_ && !is_http11_) {
      refused_ = invalid(400, "a request of HTTP/1.0 has no Transfer-Encoding");
    } else if (hosts_ > 1 || (hosts_ == 0 && is_http11_)) {
      refused_ = invalid(400, "a request of HTTP/1.1 has one Host header");
    }
  }

  const ServerLimits& limits_;
  ServerRequest request_;
  std::optional<Refusal> refused_;
  bool is_http11_ = false;
  bool expects_ = false;
  bool has_length_ = false;
  bool is_encoded_ = false;
  unsigned hosts_ = 0;
};

RequestParser::RequestParser(const ServerLimits& limits)
    : parser_(std::make_unique<Parser>(limits)) {}

RequestParser::~RequestParser() = default;

std::optional<Refusal> RequestParser::read_head(std::string_view head) {
  error_code failed;
  parser_->put(boost::asio::buffer(head), failed);
  if (failed == http::error::bad_version && names_version(head)) {
    return invalid(505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
  }
  if (failed) return parser_->refusal(failed);
  // From here on as much as there is, over all chunks.
  parser_->eager(true);
  return std::nullopt;
}

RequestParser::Used RequestParser::read_body(std::string_view input) {
  if (parser_->chunked() && input.size() < kShortestRest) return {};
  error_code failed;
  const std::size_t used = parser_->put(boost::asio::buffer(input), failed);
  if (failed && failed != http::error::need_more) return {used, parser_->refusal(failed)};
  return {used};
}

bool RequestParser::is_done() const { return parser_->is_done(); }
bool RequestParser::keeps_alive() const { return parser_->keep_alive(); }
bool RequestParser::expects_continue() const {
  return parser_->expects_continue() && !parser_->is_done();
}
std::size_t RequestParser::body_bytes() const { return parser_->request().body.size(); }
ServerRequest RequestParser::take() { return std::move(parser_->request()); }

}  // namespace millrace
