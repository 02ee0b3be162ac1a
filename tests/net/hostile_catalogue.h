// What a hostile or broken server may do: a table of names, behaviours and what becomes of the
// request; and the server that does it all, by the path that it is asked for.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "fetching.h"
#include "support/certificates.h"

namespace millrace {

struct Hostile {
  enum class Stage : std::uint8_t {
    asked,     // the head of the request has been read
    accepted,  // nothing has
    secured,   // the head has been read, over TLS
  };

  std::string name;
  // "kind/phase: part of the message" of the error; or "= the body" where the result is right.
  std::string outcome;
  std::function<void(Connection&)> behave;
  // What the request has of its own; every limit that is not set there is far away.
  std::function<void(HttpRequest&)> ask = {};
  Stage stage = Stage::asked;
};

// In the order of the contract's list.
const std::vector<Hostile>& hostile_catalogue();

// Plays all of them. Made once and used by many requests at a time.
class HostileServer {
 public:
  HostileServer();

  HttpRequest request_for(const Hostile& hostile) const;
  bool wait_all_closed(milliseconds limit) const;

 private:
  static void play(Connection& peer);

  support::Authority authority_{"Authority of the catalogue"};
  std::unique_ptr<RawServer> plain_;
  std::unique_ptr<RawServer> secured_;
  std::map<std::string, std::unique_ptr<RawServer>> early_;  // by name of what they do
};

// "kind/phase: message", or "= " and the body. `request` is sent within a session of its own.
Task<std::string> outcome_of(HttpClient& client, Scope& session, HttpRequest request);
// Whether it is the one that the table states.
bool is_as_stated(const Hostile& hostile, const std::string& outcome);

}  // namespace millrace
