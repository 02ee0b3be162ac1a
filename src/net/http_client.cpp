#include "net/http_client.h"

#include <algorithm>

#include "net/dns_names.h"
#include "net/sending.h"

namespace millrace {

HttpClient::HttpClient(Shard& shard, HttpOptions options)
    : options_(std::move(options)),
      policy_(options_.egress),
      slots_(options_.limits),
      multi_(shard, options_.limits),
      resolver_(options_.names ? options_.names : std::make_shared<DnsNames>(options_.name_servers),
                options_.limits) {}

ConnectionFigures HttpClient::connections() const {
  const std::size_t open = multi_.open_sockets();
  const std::size_t in_use = std::min(slots_.in_use(), open);
  return {.open = open,
          .in_use = slots_.in_use(),
          .idle = open - in_use,
          .queued = slots_.waiting(),
          .opened = multi_.opened(),
          .reused = multi_.reused()};
}

Task<Result<HttpResponse>> HttpClient::send(Scope& step, Scope& session, HttpRequest&& request) {
  auto prepared = prepare(request, options_.user_agent, urls_, random_);
  if (!prepared) co_return prepared.error();
  ScopeOptions options;
  const Nanos timeout = request.timeout.value_or(options_.limits.timeout);
  if (timeout > Nanos{0}) {
    options.limit =
        Limit{timeout, request.timeout ? "argument \"timeout\" of " + request.opened_by
                                       : "the default request timeout (setting http.timeout)"};
  }
  Scope life(step, "request", std::move(options));
  Sending sending(*this, life, session, request, std::move(*prepared));
  co_return co_await sending.run();
}

}  // namespace millrace
