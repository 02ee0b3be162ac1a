#include "net/redirect.h"

#include <fmt/format.h>

namespace millrace {

Result<std::optional<Redirect>> redirect_of(const ResponseHead& head, const RequestUrl& from,
                                            const std::string& method) {
  const int status = head.status_code();
  const bool redirects =
      status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  const std::string* location = head.find("Location");
  if (!redirects || location == nullptr) return std::optional<Redirect>();
  auto url = from.resolve(*location);
  if (!url) {
    const Error& why = url.error();
    // A broken answer is the server's fault, whatever the same URL would be as an argument.
    const ErrorKind kind = why.kind() == ErrorKind::invalid ? ErrorKind::unavailable : why.kind();
    return Error(kind, fmt::format("{} redirects to where nobody can follow: {}", from.authority(),
                                   why.message()))
        .in_phase(kind == ErrorKind::denied ? "policy" : "protocol");
  }
  const bool to_get =
      (status == 303 && method != "HEAD") || ((status == 301 || status == 302) && method == "POST");
  const bool same = url->same_origin(from);
  return std::optional(Redirect{.url = std::move(*url),
                                .method = to_get ? "GET" : method,
                                .drops_body = to_get,
                                .drops_credentials = !same});
}

void drop_origin_headers(std::vector<Header>& headers) {
  std::erase_if(headers, [](const Header& header) {
    return same_header_name(header.name, "Authorization") ||
           same_header_name(header.name, "Cookie") ||
           same_header_name(header.name, "Proxy-Authorization") ||
           same_header_name(header.name, "Host");
  });
}

void drop_content_headers(std::vector<Header>& headers) {
  std::erase_if(headers, [](const Header& header) { return header.name.starts_with("Content-"); });
}

}  // namespace millrace
