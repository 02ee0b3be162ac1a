#include "script/exhaustion.h"

#include <js/GCAPI.h>
#include <js/MemoryCallbacks.h>
#include <js/Utility.h>
#include <mozilla/Assertions.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstring>
#include <new>

#include "script/protocol.h"
#include "script/sanitized.h"

namespace millrace::script {
namespace {

// Made while there is memory.
std::string last_words;  // NOLINT(cert-err58-cpp)
std::atomic<bool> owed_now{false};
std::atomic_flag said = ATOMIC_FLAG_INIT;
std::array<char, 64UL * 1024> signal_stack;

constexpr int kExhausted = 3;

[[noreturn]] void give_up() {
  if (owed_now && !said.test_and_set()) {
    send(STDIN_FILENO, last_words.data(), last_words.size(), MSG_NOSIGNAL);
  }
  _exit(kExhausted);
}

void on_out_of_memory(JSContext*, void*) { give_up(); }
void on_fatal_allocation(std::size_t) { give_up(); }

// The engine crashes on purpose where it cannot do without the memory it asked for.
void on_crash(int signal) {
  if (gMozCrashReason != nullptr && std::strstr(gMozCrashReason, "unhandlable oom") != nullptr)
    give_up();
  std::signal(signal, SIG_DFL);
  raise(signal);
}

// A sweep is in vain when the heap is all but full and it frees next to nothing.
void on_sweep(JSContext* cx, JSGCStatus status, JS::GCReason, void* heap_limit) {
  constexpr std::uint32_t kSweeps = 6;
  static std::uint64_t before = 0;
  static std::uint32_t in_vain = 0;
  const std::uint64_t held = JS_GetGCParameter(cx, JSGC_BYTES);
  if (status == JSGC_BEGIN) {
    before = held;
    return;
  }
  const std::uint64_t limit = *static_cast<std::uint64_t*>(heap_limit);
  const bool is_full = held > limit - limit / 8;
  in_vain = is_full && before < held + limit / 64 ? in_vain + 1 : 0;
  if (in_vain == kSweeps) give_up();
}

}  // namespace

void answer_is_owed(bool owed) { owed_now = owed; }

void end_when_exhausted(JSContext* cx, std::uint64_t memory) {
  static std::uint64_t heap_limit = memory;
  last_words = encode(Answer{.kind = Answer::Kind::memory});
  JS::SetOutOfMemoryCallback(cx, &on_out_of_memory, nullptr);
  js::AutoEnterOOMUnsafeRegion::setAnnotateOOMAllocationSizeCallback(&on_fatal_allocation);
  JS_SetGCCallback(cx, &on_sweep, &heap_limit);
  std::set_new_handler(&give_up);
  if (kSanitized) return;  // they report crashes themselves
  const stack_t stack{.ss_sp = signal_stack.data(), .ss_flags = 0, .ss_size = signal_stack.size()};
  sigaltstack(&stack, nullptr);
  struct sigaction action {};
  action.sa_handler = &on_crash;
  action.sa_flags = SA_ONSTACK | static_cast<int>(SA_RESETHAND);
  for (const int signal : {SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGTRAP}) {
    sigaction(signal, &action, nullptr);
  }
}

}  // namespace millrace::script
