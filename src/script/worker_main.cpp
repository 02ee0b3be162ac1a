#include "script/worker_main.h"

#include <malloc.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <iostream>

#include "script/confinement.h"
#include "script/evaluator.h"
#include "script/exhaustion.h"
#include "script/protocol.h"

namespace millrace {
namespace {

constexpr int kChannel = STDIN_FILENO;
constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;

// The next frame, or nothing once the server has gone.
std::optional<std::string> receive() {
  // The server bounds what it sends; what is too large for this process, its walls bound.
  script::FrameReader frame(UINT64_MAX);
  std::array<char, 64UL * 1024> piece;  // NOLINT(cppcoreguidelines-pro-type-member-init)
  while (true) {
    if (auto whole = frame.take()) return whole;
    const auto most = std::min<std::uint64_t>(piece.size(), frame.missing());
    const ssize_t read = recv(kChannel, piece.data(), most, 0);
    if (read < 0 && errno == EINTR) continue;
    if (read > 0) script::answer_is_owed(true);
    if (read <= 0 || !frame.add({piece.data(), static_cast<std::size_t>(read)})) {
      return std::nullopt;
    }
  }
}

bool answer_with(std::string_view frame) {
  while (!frame.empty()) {
    const ssize_t sent = send(kChannel, frame.data(), frame.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EINTR) return false;
    if (sent > 0) frame.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

// The stack that deep calls will need is made now: later it might be refused, and the process
// crash.
// Not inline: it would stay in the frame of whoever calls it.
[[gnu::noinline]] void make_stack() {
  constexpr std::size_t kMost = 1536UL * 1024;
  volatile char there[kMost];
  for (std::size_t i = 0; i < kMost; i += 1024) there[i] = 0;
}

int serve(script::Evaluator& evaluator) {
  while (auto frame = receive()) {
    auto call = script::decode_call(*frame);
    if (!call) return kFailed;
    frame.reset();
    const std::string answer = encode(evaluator.evaluate(*call));
    script::answer_is_owed(false);
    if (!answer_with(answer)) return kDone;
    if (!evaluator.renew()) return kFailed;
  }
  return kDone;
}

}  // namespace

int script_worker_main() {
  int kind = 0;
  socklen_t size = sizeof kind;
  if (getsockopt(kChannel, SOL_SOCKET, SO_TYPE, &kind, &size) != 0) {
    std::cerr << "millrace: script-worker is for Millrace itself, which starts it for scripts\n";
    return kUsage;
  }
  script::settle_in();
  // One heap for all threads: each further one would reserve 64 MiB of addresses.
  mallopt(M_ARENA_MAX, 1);
  // A script's local time is UTC on every machine.
  setenv("TZ", "UTC", 1);
  const auto frame = receive();
  if (!frame) return kDone;
  const auto start = script::decode_start(*frame);
  if (!start) return kFailed;
  make_stack();
  const auto evaluator = script::Evaluator::start(start->memory);
  if (!evaluator) return kFailed;
  script::end_when_exhausted(evaluator->context(), start->memory);
  if (!script::wall_in(start->memory)) return kFailed;
  // Without the destructors of this process, which would only take time.
  _exit(serve(*evaluator));
}

}  // namespace millrace
