// One request on its way through redirects and attempts, until the head of its final answer is
// there. Lives in the frame of HttpClient::send.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "net/http_client.h"
#include "net/prepare.h"
#include "net/redirect.h"

namespace millrace {

class Sending {
 public:
  Sending(HttpClient& client, Scope& life, Scope& session, const HttpRequest& request,
          PreparedRequest prepared)
      : client_(client),
        life_(life),
        session_(session),
        request_(request),
        prepared_(std::move(prepared)) {}

  Task<Result<HttpResponse>> run();

 private:
  using Arrived = std::unique_ptr<Transfer>;  // its head is complete

  // One attempt: follows redirects.
  Task<Result<Arrived>> follow(Scope& attempt);
  // One request of an attempt: the first, or where a redirect leads.
  struct Hop {
    RequestUrl url;
    std::string method;
    std::shared_ptr<const std::vector<Header>> headers;
    bool has_body = true;
    bool has_credentials = true;

    // The first hop's stay as they are, for the next attempt.
    template <class Change>
    void change_headers(Change change) {
      auto changed = std::make_shared<std::vector<Header>>(*headers);
      change(*changed);
      headers = std::move(changed);
    }
  };
  // The head of its answer.
  Task<Result<Arrived>> exchange(Scope& attempt, const Hop& hop);
  Result<TransferPlan> plan_for(const Hop& hop) const;
  // A connection's turn, names, TCP and TLS.
  Task<Result<void>> connect(Scope& attempt, TransferPlan& plan, Arrived& transfer);
  // Connects to the quickest of several addresses, unless a connection stands that will do.
  Task<Result<void>> race(Scope& connecting, TransferPlan& plan);
  Task<Result<void>> await_head(Scope& attempt, Transfer& transfer);
  // Nothing where the result of this attempt stands.
  std::optional<Nanos> wait_before_next(int attempt, const Result<Arrived>& result);
  Task<void> discard(Scope& attempt, Arrived transfer);
  Task<Result<HttpResponse>> open(Scope& attempt, Arrived transfer, int attempts);
  Task<Result<HttpResponse>> fail_on_status(Scope& attempt, HttpResponse response);

  Result<std::shared_ptr<Upload>> make_upload(const std::string& method) const;
  // Where the proxy connects to is judged here, and where we connect to when the socket is opened.
  Task<Result<void>> check_target(Scope& connecting, TransferPlan& plan);
  std::optional<Limit> limit(const std::optional<Nanos>& length, const char* argument) const;

  HttpClient& client_;
  Scope& life_;
  Scope& session_;
  const HttpRequest& request_;
  PreparedRequest prepared_;
  bool lasting_failure_ = false;  // of this attempt: another would fail in the same way
};

}  // namespace millrace
