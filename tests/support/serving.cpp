#include "support/serving.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <chrono>
#include <csignal>
#include <stdexcept>
#include <thread>

#include "support/millrace_binary.h"
#include "support/raw_client.h"

namespace millrace::support {
namespace {

constexpr std::string_view kReady = "on http://127.0.0.1:";

boost::json::value part(const boost::json::value& body, std::string_view name) {
  const boost::json::object* object = body.if_object();
  const boost::json::value* found = object == nullptr ? nullptr : object->if_contains(name);
  return found == nullptr ? boost::json::value() : *found;
}

RestAnswer read_answer(const std::string& text) {
  RestAnswer answer;
  const std::size_t end = text.find("\r\n\r\n");
  if (end == std::string::npos || !text.starts_with("HTTP/1.1 ")) return answer;
  answer.head = text.substr(0, end);
  const std::size_t length = answer.head.find("Content-Length: ");
  const std::string body = text.substr(end + 4);
  if (length == std::string::npos || std::stoull(answer.head.substr(length + 16)) != body.size()) {
    return answer;
  }
  boost::system::error_code failed;
  answer.body = boost::json::parse(body, failed);
  answer.status = static_cast<unsigned>(std::stoul(answer.head.substr(9, 3)));
  return answer;
}

}  // namespace

std::string text(const boost::json::value& value, std::string_view name) {
  const boost::json::value found = part(value, name);
  return found.is_string() ? std::string(found.as_string()) : "";
}

boost::json::value RestAnswer::response() const { return part(body, "response"); }
boost::json::value RestAnswer::error() const { return part(body, "error"); }

Serving::Serving(std::vector<std::string> arguments) : arguments_(std::move(arguments)) {
  arguments_.insert(arguments_.begin(), "serve");
  arguments_.insert(arguments_.end(), {"--listen", "127.0.0.1:0"});
}

void Serving::start() {
  process_ = std::make_unique<Process>(millrace(arguments_));
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (std::chrono::steady_clock::now() < until && process_->is_running()) {
    const std::string said = process_->output_so_far();
    const std::size_t at = said.find(kReady);
    if (at != std::string::npos && said.find('\n', at) != std::string::npos) {
      port_ = static_cast<std::uint16_t>(std::stoul(said.substr(at + kReady.size())));
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  ADD_FAILURE() << "the server does not accept: " << process_->output_so_far()
                << process_->errors_so_far();
}

void Serving::kill() {
  process_->send_signal(SIGKILL);
  (void)process_->wait();
}

ProcessResult Serving::stop() {
  process_->send_signal(SIGTERM);
  return process_->wait();
}

RestAnswer Serving::call(std::string_view method, std::string_view path, std::string_view body,
                         const Headers& headers) const {
  std::string request = std::string(method) + " " + std::string(path) +
                        " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: " +
                        std::to_string(body.size()) + "\r\n";
  for (const auto& [name, value] : headers) request += name + ": " + value + "\r\n";
  try {
    const std::unique_ptr<RawClient> client = std::make_unique<RawClient>(port_);
    if (!client->send(request + "\r\n" + std::string(body))) return {};
    return read_answer(client->read_all());
  } catch (const std::runtime_error&) {
    return {};  // nobody listens
  }
}

}  // namespace millrace::support
