// Names by /etc/hosts, then DNS, on the shard's event loop (c-ares).
#pragma once

#include "net/name_source.h"

namespace millrace {

class DnsNames final : public NameSource {
 public:
  // `servers`: addresses, each perhaps with a port ("192.0.2.1:5353"); empty: those of the system.
  explicit DnsNames(const std::vector<std::string>& servers = {});
  std::unique_ptr<NameLookup> look_up(Shard& shard, const std::string& host) override;

 private:
  std::string servers_;  // as c-ares takes them
};

}  // namespace millrace
