#include "net/sending.h"

#include <fmt/format.h>

#include <algorithm>

#include "net/cursor.h"
#include "net/decode/decoder.h"
#include "net/status_error.h"

namespace millrace {
namespace {

// How long the rest of a redirect's or a refused answer's body may take, so that its connection can
// be used again.
constexpr Nanos kDiscardFor = std::chrono::milliseconds(200);
constexpr Nanos kErrorBodyFor = std::chrono::seconds(2);
constexpr std::size_t kErrorBodyBytes = 4096;

class Discard final : public Transfer::Sink {
 public:
  explicit Discard(std::uint64_t limit) : left_(limit) {}
  Take on_bytes(std::string_view bytes) noexcept override {
    if (bytes.size() > left_) return Take::never;
    left_ -= bytes.size();
    return Take::taken;
  }
  void on_end(const std::optional<Error>&) noexcept override { ended_.set(); }
  Event& ended() { return ended_; }

 private:
  std::uint64_t left_;
  Event ended_;
};

}  // namespace

Task<Result<HttpResponse>> Sending::run() {
  for (int attempt = 1;; ++attempt) {
    // Of its own, so that an idle time-out ends this attempt and not the whole request.
    std::optional<Scope> own;
    if (request_.retry.attempts > 1) own.emplace(life_, "attempt " + std::to_string(attempt));
    Scope& tried = own ? *own : life_;
    lasting_failure_ = false;
    auto arrived = co_await follow(tried);
    const auto wait = wait_before_next(attempt, arrived);
    if (!wait) {
      if (!arrived) co_return arrived.error();
      co_return co_await open(tried, std::move(*arrived), attempt);
    }
    if (arrived) co_await discard(tried, std::move(*arrived));
    auto slept = co_await life_.sleep_for(*wait, "waiting for another attempt of the request");
    if (!slept) co_return slept.error().in_phase("queue");
  }
}

std::optional<Nanos> Sending::wait_before_next(int attempt, const Result<Arrived>& result) {
  const RetryRule& rule = request_.retry;
  if (attempt >= rule.attempts || !prepared_.safe_to_repeat || life_.stopped()) return std::nullopt;
  std::optional<Nanos> after;
  if (result) {
    const ResponseHead& head = (*result)->head();
    if (!may_retry(rule, head.status_code())) return std::nullopt;
    const std::string* header = head.find("Retry-After");
    if (header != nullptr) after = parse_retry_after(*header, life_.shard().clock().wall());
  } else if (lasting_failure_ || !may_retry(result.error())) {
    return std::nullopt;
  }
  if (!prepared_.body.can_send()) return std::nullopt;
  const Nanos wait = retry_wait(rule, attempt, after, client_.random_);
  const Deadline& deadline = life_.deadline();
  if (deadline.exists() && wait >= deadline.at() - life_.shard().now()) return std::nullopt;
  return wait;
}

Task<Result<Sending::Arrived>> Sending::follow(Scope& attempt) {
  Hop hop{.url = prepared_.url, .method = prepared_.method, .headers = prepared_.headers};
  auto from = co_await exchange(attempt, hop);
  for (std::size_t hops = 0; from && request_.follow_redirects; ++hops) {
    auto redirect = redirect_of((*from)->head(), (*from)->url(), hop.method);
    if (!redirect) co_return redirect.error();
    if (!*redirect) break;
    if (hops == client_.limits().redirects) {
      co_return Error(ErrorKind::exhausted,
                      fmt::format("more than {} redirects, the last one to {}: is it a loop?",
                                  client_.limits().redirects, (*redirect)->url.shown()))
          .in_phase("protocol");
    }
    co_await discard(attempt, std::move(*from));
    if ((*redirect)->drops_credentials) {
      hop.has_credentials = false;
      hop.change_headers(&drop_origin_headers);
    }
    if ((*redirect)->drops_body && hop.has_body) {
      hop.has_body = false;
      hop.change_headers(&drop_content_headers);
    }
    hop.method = std::move((*redirect)->method);
    hop.url = std::move((*redirect)->url);
    from = co_await exchange(attempt, hop);
  }
  co_return from;
}

Task<void> Sending::discard(Scope& attempt, Arrived transfer) {
  const std::int64_t length = transfer->head().content_length();
  const auto most = client_.limits().redirect_body;
  if (length > static_cast<std::int64_t>(most)) co_return;
  Discard sink(most);
  transfer->attach(sink);
  Scope brief(attempt, "discard", {.limit = Limit{kDiscardFor, "the client"}});
  // Whether it ended or not: the transfer goes.
  co_await brief.wait(sink.ended(), "reading a body that nobody wants");
  transfer.reset();
}

std::optional<Limit> Sending::limit(const std::optional<Nanos>& length,
                                    const char* argument) const {
  if (!length || *length == Nanos{0}) return std::nullopt;
  return Limit{*length, fmt::format("argument \"{}\" of {}", argument, request_.opened_by)};
}

Result<std::shared_ptr<Upload>> Sending::make_upload(const std::string& method) const {
  if (!prepared_.body.can_send()) {
    return Error(ErrorKind::exhausted,
                 "the body of the request cannot be sent again: it is a stream that was not kept")
        .in_phase("send");
  }
  if (!prepared_.body.empty()) return prepared_.body.upload();
  if (method == "POST" || method == "PUT" || method == "PATCH") {
    // So that the length, 0, is said.
    static const auto kNothing = std::make_shared<const std::string>();
    return std::shared_ptr<Upload>(std::make_shared<TextUpload>(kNothing));
  }
  return std::shared_ptr<Upload>();
}

Result<TransferPlan> Sending::plan_for(const Hop& hop) const {
  TransferPlan plan{.url = hop.url,
                    .method = hop.method,
                    .headers = hop.headers,
                    .upload = nullptr,
                    .may_resend = prepared_.safe_to_repeat,
                    .wants_new_connection = false,
                    .addresses = {},
                    .address_limit = client_.limits().connect_addresses,
                    .policy = &client_.policy_,
                    .tls = request_.tls,
                    .proxy = prepared_.proxy,
                    .target_addresses = {}};
  if (!hop.has_credentials) {
    plan.tls.client_certificate.clear();
    plan.tls.client_key.clear();
  }
  if (hop.has_body) {
    MILLRACE_TRY_ASSIGN(upload, make_upload(hop.method));
    plan.upload = std::move(upload);
  }
  return plan;
}

Task<Result<Sending::Arrived>> Sending::exchange(Scope& attempt, const Hop& hop) {
  auto allowed = client_.policy_.check_host(hop.url.host());
  if (!allowed) co_return allowed.error();
  Arrived transfer;
  for (bool again = false;; again = true) {
    auto plan = plan_for(hop);
    if (!plan) co_return plan.error();
    plan->wants_new_connection = again;
    auto connected = co_await connect(attempt, *plan, transfer);
    if (connected) break;
    lasting_failure_ = transfer && transfer->failed_for_good();
    if (again || !transfer || !transfer->was_given_stale_connection()) co_return connected.error();
    transfer.reset();  // with its connection's turn
  }
  auto answered = co_await await_head(attempt, *transfer);
  if (!answered) co_return answered.error();
  co_return transfer;
}

// Names, TCP and TLS are together within connectTimeout.
// Takes what it needs out of `plan`.
Task<Result<void>> Sending::connect(Scope& attempt, TransferPlan& plan, Arrived& transfer) {
  const TimePoint asked = attempt.shard().now();
  auto lease = co_await client_.slots_.take(attempt, plan.peer().authority());
  if (!lease) co_return lease.error();
  plan.lease = std::move(*lease);
  plan.idle_time = client_.limits().idle_time;
  const auto own = limit(request_.connect_timeout, "connectTimeout");
  // Ours is the first to pass, with the better message.
  if (own) plan.address_limit = own->length + std::chrono::seconds(1);
  std::optional<Scope> limited;
  if (own) limited.emplace(attempt, "connect", ScopeOptions{.limit = own});
  Scope& connecting = limited ? *limited : attempt;
  const TimePoint began = attempt.shard().now();
  plan.queue = began - asked;
  if (plan.proxy) {
    auto allowed = co_await check_target(connecting, plan);
    if (!allowed) co_return allowed.error();
  }
  auto addresses = co_await client_.resolver_.resolve(connecting, plan.peer().host());
  if (!addresses) co_return addresses.error();
  plan.addresses = std::move(*addresses);
  plan.dns = attempt.shard().now() - began;
  auto raced = co_await race(connecting, plan);
  if (!raced) co_return raced.error();
  transfer = std::make_unique<Transfer>(client_.multi_, std::move(plan), client_.limits());
  transfer->begin();
  const Transfer& at = *transfer;
  const auto describe = [&at] { return at.doing(); };
  auto connected = co_await connecting.wait(transfer->connected(), describe);
  if (!connected) co_return connected.error().in_phase(std::string(at.phase()));
  if (auto failure = at.failure_before_head()) co_return *failure;
  co_return Result<void>();
}

Task<Result<void>> Sending::race(Scope& connecting, TransferPlan& plan) {
  const RequestUrl& peer = plan.peer();
  const std::string& authority = peer.authority();
  if (plan.addresses.size() < 2) co_return Result<void>();
  const bool one_stands =
      client_.multi_.sockets().count(authority) >= client_.slots_.in_use(authority);
  if (one_stands) co_return Result<void>();
  const TimePoint began = connecting.shard().now();
  AddressRace race(connecting.shard(),
                   {.authority = authority,
                    .addresses = plan.addresses,
                    .port = peer.port(),
                    .limit = plan.address_limit},
                   [&](const IpAddress& address) {
                     return client_.policy_.check_address(peer.host(), address, peer.port());
                   });
  auto winner = co_await race.run(connecting);
  if (!winner) co_return winner.error();
  plan.race = connecting.shard().now() - began;
  // curl begins with the first.
  const auto at = std::ranges::find(plan.addresses, winner->address());
  std::rotate(plan.addresses.begin(), at, at + 1);
  client_.resolver_.prefer(peer.host(), winner->address());
  plan.connected = std::move(*winner);
  co_return Result<void>();
}

Task<Result<void>> Sending::check_target(Scope& connecting, TransferPlan& plan) {
  const bool is_told = plan.proxy->kind() == Proxy::Kind::socks5;
  // A name that only the proxy knows is fine where its address does not matter.
  if (!is_told && !client_.policy_.judges_addresses()) co_return Result<void>();
  const RequestUrl& url = plan.url;
  auto addresses = co_await client_.resolver_.resolve(connecting, url.host());
  if (!addresses) co_return addresses.error();
  for (const IpAddress& address : *addresses) {
    auto allowed = client_.policy_.check_address(url.host(), address, url.port());
    if (!allowed) co_return allowed.error();
  }
  if (is_told) plan.target_addresses = std::move(*addresses);
  co_return Result<void>();
}

Task<Result<void>> Sending::await_head(Scope& attempt, Transfer& transfer) {
  const auto describe = [&transfer] { return transfer.doing(); };
  if (const auto idle = limit(request_.idle_timeout, "idleTimeout")) {
    transfer.watch_idle(idle->length, [&attempt, &transfer, idle] {
      attempt.stop(Stop{.cause = StopCause::deadline,
                        .reason = {},
                        .deadline = Deadline::in(transfer.last_activity(), *idle)});
    });
  }
  if (const auto first = limit(request_.first_byte_timeout, "firstByteTimeout")) {
    auto sent = co_await attempt.wait(transfer.sent(), describe);
    if (!sent) co_return sent.error().in_phase(std::string(transfer.phase()));
    Scope waiting(attempt, "first byte", {.limit = first});
    auto answered = co_await waiting.wait(transfer.first_byte(), describe);
    if (!answered) co_return answered.error().in_phase(std::string(transfer.phase()));
  }
  auto ready = co_await attempt.wait(transfer.head_ready(), describe);
  if (!ready) co_return ready.error().in_phase(std::string(transfer.phase()));
  if (auto failure = transfer.failure_before_head()) co_return *failure;
  co_return Result<void>();
}

Task<Result<HttpResponse>> Sending::open(Scope& attempt, Arrived transfer, int attempts) {
  ResponseHead& head = transfer->head();
  HttpResponse response{.status = head.status(),
                        .status_code = head.status_code(),
                        .headers = std::move(head.headers()),
                        .content_length = head.content_length(),
                        .content_type = {},
                        .url = transfer->url().text(),
                        .attempts = attempts,
                        .body = {}};
  if (const auto* type = find_header(response.headers, "Content-Type"))
    response.content_type = *type;
  BodyOptions options{.opened_by = request_.opened_by,
                      .max_size = request_.max_body_size,
                      .decoder = nullptr,
                      .idle = limit(request_.idle_timeout, "idleTimeout")};
  const auto* coding = find_header(response.headers, "Content-Encoding");
  if (coding != nullptr && prepared_.offers_compression && prepared_.method != "HEAD") {
    auto decoder = make_decoder(*coding, client_.limits().codings);
    if (!decoder) co_return decoder.error();
    options.decoder = std::move(*decoder);
  }
  if (options.decoder) {
    response.content_length = -1;
    std::erase_if(response.headers, [](const Header& header) {
      return header.name == "Content-Encoding" || header.name == "Content-Length";
    });
  }
  const bool fails = request_.fail_on_status && response.status_code >= 400;
  // The body of an answer that becomes an error goes with this attempt.
  Scope& owner = fails ? attempt : session_;
  response.body =
      Body::open(attempt, owner, std::move(transfer), std::move(options), client_.limits());
  if (fails) co_return co_await fail_on_status(attempt, std::move(response));
  co_return response;
}

Task<Result<HttpResponse>> Sending::fail_on_status(Scope& attempt, HttpResponse response) {
  std::string beginning;
  {
    Scope brief(attempt, "error body", {.limit = Limit{kErrorBodyFor, "the client"}});
    Cursor cursor(response.body);
    while (beginning.size() < kErrorBodyBytes) {
      auto piece = co_await cursor.next(brief);
      // As much as could be had: the status is what counts.
      if (!piece || piece->empty()) break;
      beginning += piece->substr(0, kErrorBodyBytes - beginning.size());
    }
  }
  response.body->release();
  co_return status_error(response, std::move(beginning));
}

}  // namespace millrace
