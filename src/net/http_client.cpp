#include "net/http_client.h"

#include "net/sending.h"

namespace millrace {

HttpClient::HttpClient(Shard& shard, HttpOptions options)
    : options_(std::move(options)), policy_(options_.egress), multi_(shard, options_.limits) {}

Task<Result<HttpResponse>> HttpClient::send(Scope& step, Scope& session, HttpRequest request) {
  auto prepared = prepare(request, options_.user_agent, random_);
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
