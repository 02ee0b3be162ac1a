// `millrace serve` as a process on real files, which a test may kill and start again, and a client
// of its REST interface.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/process.h"

namespace millrace::support {

struct RestAnswer {
  unsigned status = 0;  // 0: there was none, or not all of one
  std::string head;
  boost::json::value body;  // null where it was none

  // What lies in "response", and in "error"; null where there is no such thing.
  boost::json::value response() const;
  boost::json::value error() const;
};

// The text in a field of an object; empty where there is none.
std::string text(const boost::json::value& value, std::string_view name);

class Serving {
 public:
  // `arguments` come after `serve`. Call start().
  explicit Serving(std::vector<std::string> arguments);

  // Begins a process and waits until it accepts; a failed expectation where it does not.
  void start();
  void kill();  // SIGKILL
  // SIGTERM, and waits for the end.
  ProcessResult stop();
  bool is_running() { return process_ != nullptr && process_->is_running(); }
  std::uint16_t port() const { return port_; }
  Process& process() { return *process_; }

  using Headers = std::vector<std::pair<std::string, std::string>>;
  RestAnswer call(std::string_view method, std::string_view path, std::string_view body = {},
                  const Headers& headers = {}) const;
  RestAnswer get(std::string_view path) const { return call("GET", path); }
  RestAnswer post(std::string_view path, std::string_view body = {},
                  const Headers& headers = {}) const {
    return call("POST", path, body, headers);
  }

 private:
  std::vector<std::string> arguments_;
  std::unique_ptr<Process> process_;
  std::uint16_t port_ = 0;
};

}  // namespace millrace::support
