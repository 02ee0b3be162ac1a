// Frames from either end of the channel to a script's process, and the value in an answer: the
// server believes nothing of what comes back.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "script/plain_value.h"
#include "script/protocol.h"
#include "value/json.h"
#include "value/pack.h"

namespace {

// What is plain can be handled like any value of a script's.
void check_value(const millrace::script::Answer& answer) {
  const auto value = millrace::unpack(answer.value);
  if (!value || !millrace::script::is_plain(*value, answer.value.size())) return;
  if (!millrace::pack(*value)) std::abort();
  (void)millrace::to_json(*value, answer.value.size() * 8);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace millrace;
  constexpr std::uint64_t kLimit = 64UL * 1024;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  script::FrameReader reader(kLimit);
  while (!bytes.empty()) {
    const std::size_t piece = std::min<std::size_t>(bytes.size(), 1 + bytes.front() % 7);
    if (!reader.add(bytes.substr(0, piece))) return 0;
    bytes.remove_prefix(piece);
  }
  const auto frame = reader.take();
  if (!frame) return 0;
  if (frame->size() > kLimit) std::abort();
  (void)script::decode_start(*frame);
  (void)script::decode_call(*frame);
  const auto answer = script::decode_answer(*frame);
  if (!answer) return 0;
  // What was understood says the same when it is said again.
  if (script::encode(*answer).substr(sizeof(std::uint64_t)) != *frame) std::abort();
  if (answer->kind == script::Answer::Kind::value) check_value(*answer);
  return 0;
}
