#include "hostile_catalogue.h"

namespace millrace {
namespace {

constexpr std::size_t kMostRead = 8 << 20;  // of one body

}  // namespace

HostileServer::HostileServer()
    : plain_(std::make_unique<RawServer>(&play)),
      secured_(std::make_unique<RawServer>(&play, support::TlsSetup(authority_.issue()))) {
  for (const Hostile& hostile : hostile_catalogue()) {
    if (hostile.stage != Hostile::Stage::accepted) continue;
    early_.emplace(hostile.name, std::make_unique<RawServer>(hostile.behave));
  }
}

void HostileServer::play(Connection& peer) {
  const auto request = peer.read_head();
  if (!request) return;
  const std::string name = request->target.substr(request->target.rfind('/') + 1);
  const auto& all = hostile_catalogue();
  const std::size_t number = std::stoul(name);
  if (number < all.size()) all[number].behave(peer);
}

HttpRequest HostileServer::request_for(const Hostile& hostile) const {
  const auto number = static_cast<std::size_t>(&hostile - hostile_catalogue().data());
  const std::string path = "/" + std::to_string(number);
  HttpRequest request;
  switch (hostile.stage) {
    case Hostile::Stage::asked: request.url = plain_->url(path); break;
    case Hostile::Stage::secured: request.url = secured_->url(path); break;
    case Hostile::Stage::accepted: request.url = early_.at(hostile.name)->url(path); break;
  }
  request.tls.ca_certificate = authority_.certificate();
  request.timeout = seconds(20);
  if (hostile.ask) hostile.ask(request);
  return request;
}

bool HostileServer::wait_all_closed(milliseconds limit) const {
  bool closed = plain_->wait_all_closed(limit) && secured_->wait_all_closed(limit);
  for (const auto& [name, server] : early_) closed = closed && server->wait_all_closed(limit);
  return closed;
}

Task<std::string> outcome_of(HttpClient& client, Scope& session, HttpRequest request) {
  Fetching here{client, session};
  auto response = co_await here.send(std::move(request));
  std::optional<Error> error;
  if (response) {
    Scope step(session, "reader");
    Ref<Reader> reader(response->body);
    auto drained = co_await drain(step, reader, kMostRead);
    co_await step.close();
    if (drained) co_return "= " + std::string(**reader->drained());
    error = drained.error();
  } else {
    error = response.error();
  }
  co_return std::string(to_string(error->kind())) + "/" + error->phase() + ": " + error->message();
}

bool is_as_stated(const Hostile& hostile, const std::string& outcome) {
  if (hostile.outcome.starts_with("= ")) return outcome == hostile.outcome;
  const std::size_t colon = hostile.outcome.find(": ");
  if (colon == std::string::npos) return outcome.starts_with(hostile.outcome);
  return outcome.starts_with(hostile.outcome.substr(0, colon + 2)) &&
         outcome.find(hostile.outcome.substr(colon + 2)) != std::string::npos;
}

}  // namespace millrace
