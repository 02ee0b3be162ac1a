#include "net/prepare.h"

#include <fmt/format.h>

#include <algorithm>

#include "net/decode/decoder.h"
#include "net/form_encoding.h"
#include "net/line_breaks.h"
#include "value/base64.h"

namespace millrace {
namespace {

bool has_body(const HttpRequest& request) {
  return !request.parts.empty() || !std::holds_alternative<std::monostate>(request.body);
}

Result<std::string> method_of(const HttpRequest& request) {
  std::string method = request.method;
  if (method.empty()) method = has_body(request) ? "POST" : "GET";
  for (char& c : method) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  // A method is a token, like a header's name.
  if (!check_header(method, "")) {
    return Error(ErrorKind::invalid,
                 "the method is not a word of letters: use GET, POST, PUT, PATCH or DELETE");
  }
  if (method == "CONNECT") return Error(ErrorKind::invalid, "the method CONNECT cannot be sent");
  return method;
}

Result<void> check_limits(const HttpRequest& request) {
  const std::pair<const char*, const std::optional<Nanos>&> limits[] = {
      {"timeout", request.timeout},
      {"connectTimeout", request.connect_timeout},
      {"firstByteTimeout", request.first_byte_timeout},
      {"idleTimeout", request.idle_timeout}};
  for (const auto& [name, limit] : limits) {
    if (limit && *limit < Nanos{0}) {
      return Error(ErrorKind::invalid,
                   fmt::format("the argument \"{}\" is negative: give 0 for none", name));
    }
  }
  return {};
}

class HeaderList {
 public:
  HeaderList() { headers_.reserve(kUsual); }
  Result<void> set(std::string_view name, std::string_view value) {
    MILLRACE_TRY(check_header(name, value));
    remove(name);
    headers_.push_back({canonical_header_name(name), std::string(value)});
    return {};
  }
  Result<void> set_default(std::string_view name, std::string_view value) {
    if (value.empty() || find_header(headers_, name) != nullptr) return {};
    return set(name, value);
  }
  Result<void> add(const Header& header) {
    MILLRACE_TRY(check_header(header.name, header.value));
    // What says where the body ends is ours to say; and libcurl, told to wait for a word of the
    // server before the body, would send the request twice where it hears the wrong one.
    for (const char* derived : {"Content-Length", "Transfer-Encoding", "Expect"}) {
      if (same_header_name(header.name, derived)) return {};
    }
    headers_.push_back({canonical_header_name(header.name), header.value});
    return {};
  }
  void remove(std::string_view name) {
    std::erase_if(headers_, [name](const Header& h) { return same_header_name(h.name, name); });
  }
  bool has(std::string_view name) const { return find_header(headers_, name) != nullptr; }
  std::shared_ptr<const std::vector<Header>> take() {
    return std::make_shared<const std::vector<Header>>(std::move(headers_));
  }

 private:
  static constexpr std::size_t kUsual = 8;
  std::vector<Header> headers_;
};

// Takes the body out of the request; a multipart body brings its type along.
Result<RequestBody> take_body(HttpRequest& request, Random& random) {
  if (request.parts.empty()) return RequestBody::of(std::move(request.body));
  const std::string boundary = fmt::format("millrace-{:016x}{:016x}", random.bits(), random.bits());
  request.body_type = "multipart/form-data; boundary=" + boundary;
  return RequestBody::of(std::move(request.parts), boundary);
}

// What a server would make of a body with HEAD is open (RFC 9110, 9.3.2), and libcurl would wait
// for one in the answer.
Result<void> keep_head_bare(RequestBody& body) {
  if (body.empty()) return {};
  if (body.upload()->size() != 0) {
    return Error(ErrorKind::invalid,
                 "a request with the method HEAD has no body: leave the body out, or use another "
                 "method");
  }
  body = RequestBody();
  return {};
}

// libcurl refuses more than about a megabyte, and most servers far less.
constexpr std::size_t kMostHead = 512 * 1024;

Result<void> check_size(const RequestUrl& url, const std::vector<Header>& headers) {
  std::size_t size = url.text().size();
  for (const Header& header : headers) size += header.name.size() + header.value.size() + 4;
  if (size <= kMostHead) return {};
  return Error(ErrorKind::exhausted,
               fmt::format("the URL and the headers of the request have {} bytes, more than the {} "
                           "that are sent: send what is long as the body",
                           size, kMostHead))
      .in_phase("send");
}

Result<std::optional<Proxy>> proxy_of(const HttpRequest& request) {
  if (request.proxy.empty()) return std::optional<Proxy>();
  MILLRACE_TRY_ASSIGN(proxy, Proxy::parse(request.proxy));
  return std::optional(std::move(proxy));
}

std::string basic(std::string_view user, std::string_view password) {
  return "Basic " + to_base64(fmt::format("{}:{}", user, password));
}

// Base64 would hide a line break from the header's check, and not from the server (RFC 7617, 2).
Result<void> check_login(const HttpRequest& request) {
  for (const auto& [name, text] : {std::pair("headerAuthUsername", &request.user),
                                   std::pair("headerAuthPassword", &request.password)}) {
    if (!breaks_lines(*text)) continue;
    return Error(ErrorKind::invalid,
                 fmt::format("the argument \"{}\" holds a line break or NUL: remove it", name));
  }
  return {};
}

Result<void> add_authorization(HeaderList& headers, const HttpRequest& request,
                               const RequestUrl& url) {
  if (!request.bearer.empty()) return headers.set("Authorization", "Bearer " + request.bearer);
  if (!request.user.empty() || !request.password.empty()) {
    MILLRACE_TRY(check_login(request));
    return headers.set("Authorization", basic(request.user, request.password));
  }
  if (url.credentials()) {
    return headers.set_default("Authorization",
                               basic(url.credentials()->user, url.credentials()->password));
  }
  return {};
}

}  // namespace

Result<PreparedRequest> prepare(HttpRequest& request, const std::string& user_agent,
                                KnownUrls& urls, Random& random) {
  MILLRACE_TRY(check_limits(request));
  if (request.params) {
    request.url = RequestUrl::with_query(request.url, encode_form(*request.params));
  }
  MILLRACE_TRY_ASSIGN(url, urls.parse(request.url));
  MILLRACE_TRY_ASSIGN(method, method_of(request));

  HeaderList headers;
  for (const Header& header : request.headers) MILLRACE_TRY(headers.add(header));
  MILLRACE_TRY(add_authorization(headers, request, url));
  if (!request.user_agent.empty()) MILLRACE_TRY(headers.set("User-Agent", request.user_agent));
  MILLRACE_TRY(headers.set_default("User-Agent", user_agent));
  if (!request.content_type.empty()) {
    MILLRACE_TRY(headers.set("Content-Type", request.content_type));
  }
  MILLRACE_TRY_ASSIGN(proxy, proxy_of(request));
  // It would be said twice.
  if (proxy && proxy->url().credentials()) headers.remove("Proxy-Authorization");
  MILLRACE_TRY(check_tls(request.tls));
  MILLRACE_TRY_ASSIGN(body, take_body(request, random));
  if (method == "HEAD") MILLRACE_TRY(keep_head_bare(body));
  if (!body.empty()) MILLRACE_TRY(headers.set_default("Content-Type", request.body_type));
  if (!request.idempotency_key.empty()) {
    MILLRACE_TRY(headers.set("Idempotency-Key", request.idempotency_key));
  }
  MILLRACE_TRY(headers.set_default("Accept", "*/*"));
  // Whoever names encodings himself gets the body as it comes.
  const bool offers = request.compressed && !headers.has("Accept-Encoding");
  if (offers) MILLRACE_TRY(headers.set("Accept-Encoding", kAcceptedCodings));
  const bool repeatable =
      is_idempotent(method) || request.retry.unsafe || headers.has("Idempotency-Key");
  auto all = headers.take();
  MILLRACE_TRY(check_size(url, *all));
  return PreparedRequest{.url = std::move(url),
                         .method = std::move(method),
                         .body = std::move(body),
                         .proxy = std::move(proxy),
                         .headers = std::move(all),
                         .offers_compression = offers,
                         .safe_to_repeat = repeatable};
}

}  // namespace millrace
