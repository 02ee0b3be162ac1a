// Where addresses of names come from: the resolver's port. The program asks /etc/hosts and DNS
// (dns_names.h); a test may bring its own answers.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "net/ip_address.h"
#include "scope/event.h"
#include "scope/shard.h"

namespace millrace {

struct NameAnswer {
  std::vector<IpAddress> addresses;  // at least one
  Nanos time_to_live{};              // zero: to be asked again each time
};

// One question under way. Its end, before the answer or after, ends all that it opened.
class NameLookup {
 public:
  virtual ~NameLookup() = default;
  // Set once `answer` is there.
  Event& done() { return done_; }
  const Result<NameAnswer>& answer() const { return answer_; }

 protected:
  void finish(Result<NameAnswer> answer) {
    answer_ = std::move(answer);
    done_.set();
  }

 private:
  Event done_;
  Result<NameAnswer> answer_ = NameAnswer{};
};

class NameSource {
 public:
  virtual ~NameSource() = default;
  // `host` is a name and no address. Errors: kind unavailable, phase dns.
  virtual std::unique_ptr<NameLookup> look_up(Shard& shard, const std::string& host) = 0;
};

}  // namespace millrace
