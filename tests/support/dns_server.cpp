#include "support/dns_server.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <string_view>

namespace millrace::support {
namespace {

constexpr std::size_t kHeader = 12;
constexpr std::uint16_t kA = 1;
constexpr std::uint16_t kAaaa = 28;

std::string number(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) text += static_cast<char>(value >> (8 * i));
  return text;
}

struct Question {
  std::string name;
  std::string bytes;  // as it came, to be repeated
  std::uint16_t type = 0;
};

Question read_question(std::string_view message) {
  Question question;
  std::size_t at = kHeader;
  while (at < message.size() && message[at] != 0) {
    const auto length = static_cast<unsigned char>(message[at]);
    if (!question.name.empty()) question.name += '.';
    question.name += message.substr(at + 1, length);
    at += 1U + length;
  }
  question.bytes = message.substr(kHeader, at + 5 - kHeader);
  question.type = static_cast<std::uint16_t>(static_cast<unsigned char>(message[at + 1]) << 8 |
                                             static_cast<unsigned char>(message[at + 2]));
  return question;
}

std::string reply(std::string_view message, const Question& question, const DnsAnswer& answer) {
  std::string records;
  std::uint16_t count = 0;
  for (const std::string& address : answer.addresses) {
    const bool v6 = address.find(':') != std::string::npos;
    if (question.type != (v6 ? kAaaa : kA)) continue;
    std::array<char, 16> bytes{};
    ::inet_pton(v6 ? AF_INET6 : AF_INET, address.c_str(), bytes.data());
    const std::size_t size = v6 ? 16 : 4;
    records += number(0xc00c, 2) + number(question.type, 2) + number(1, 2) +
               number(answer.time_to_live, 4) + number(size, 2) + std::string(bytes.data(), size);
    ++count;
  }
  const bool unknown = answer.addresses.empty();
  return std::string(message.substr(0, 2)) + number(unknown ? 0x8183 : 0x8180, 2) + number(1, 2) +
         number(count, 2) + number(0, 4) + question.bytes + records;
}

}  // namespace

DnsServer::DnsServer(Answer answer) : answer_(std::move(answer)) {
  socket_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(socket_, generic, size) != 0 || ::getsockname(socket_, generic, &size) != 0) {
    throw std::runtime_error("no UDP socket for the DNS server");
  }
  port_ = ntohs(address.sin_port);
  const timeval brief{0, 20'000};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &brief, sizeof brief);
  thread_ = std::thread([this] { serve(); });
}

DnsServer::~DnsServer() {
  ending_ = true;
  thread_.join();
  ::close(socket_);
}

void DnsServer::serve() {
  std::array<char, 1500> buffer{};
  while (!ending_) {
    sockaddr_in from{};
    socklen_t size = sizeof from;
    auto* const generic = reinterpret_cast<sockaddr*>(&from);
    const ssize_t got = ::recvfrom(socket_, buffer.data(), buffer.size(), 0, generic, &size);
    if (got < static_cast<ssize_t>(kHeader) + 5) continue;
    ++questions_;
    const std::string_view message(buffer.data(), static_cast<std::size_t>(got));
    const Question question = read_question(message);
    const auto answer = answer_(question.name);
    if (!answer) continue;
    const std::string text = reply(message, question, *answer);
    ::sendto(socket_, text.data(), text.size(), 0, generic, size);
  }
}

}  // namespace millrace::support
