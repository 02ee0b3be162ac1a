// Outgoing HTTP: one client per shard, which owns the connections and nothing of any session.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "net/connection_slots.h"
#include "net/curl_multi.h"
#include "net/egress_policy.h"
#include "net/http_limits.h"
#include "net/http_request.h"
#include "net/known_urls.h"
#include "net/resolver.h"
#include "scope/scope.h"

namespace millrace {

struct HttpOptions {
  HttpLimits limits;
  EgressRules egress;
  std::string user_agent = "Millrace";
  std::vector<std::string> name_servers;  // "192.0.2.1", "192.0.2.1:5353"; empty: the system's
  std::shared_ptr<NameSource> names;      // instead of /etc/hosts and DNS
};

// What becomes of connections, at this moment and so far.
struct ConnectionFigures {
  std::size_t open = 0;
  std::size_t in_use = 0;  // by requests under way
  std::size_t idle = 0;
  std::size_t queued = 0;  // requests that wait for one
  std::uint64_t opened = 0;
  std::uint64_t reused = 0;  // requests that were sent over a connection that stood already
};

class HttpClient {
 public:
  HttpClient(Shard& shard, HttpOptions options);

  // Sends `request` and returns once the head of the final answer is there. `step` waits, and
  // stopping it aborts everything; the body has moved to `session` with the deadline of the
  // request, and stays open when `step` closes. Errors carry a phase. `request` stays with the
  // caller, and alive until this has returned.
  Task<Result<HttpResponse>> send(Scope& step, Scope& session, HttpRequest&& request);

  const HttpLimits& limits() const { return options_.limits; }
  std::size_t transfers() const { return multi_.transfers(); }
  std::size_t open_sockets() const { return multi_.open_sockets(); }
  ConnectionFigures connections() const;
  // Closes the connections that wait for another request. Only while there is no transfer.
  void close_idle() { multi_.close_idle(); }

 private:
  friend class Sending;
  HttpOptions options_;
  EgressPolicy policy_;
  ConnectionSlots slots_;
  CurlMulti multi_;
  Resolver resolver_;
  KnownUrls urls_;
  Random random_ = Random::from_system();
};

}  // namespace millrace
