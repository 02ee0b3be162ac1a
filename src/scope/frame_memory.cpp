#include "scope/frame_memory.h"

#include <array>
#include <new>

namespace millrace {
namespace {

#if defined(__SANITIZE_ADDRESS__) || (defined(__has_feature) && __has_feature(address_sanitizer))
// Whoever looks for the use of what was freed must see it freed.
constexpr bool kKept = false;
#else
constexpr bool kKept = true;
#endif

constexpr std::size_t kStep = 64;
constexpr std::size_t kLargest = 4096;
constexpr std::size_t kMostKept = std::size_t{1} << 20;  // bytes on each thread

// Frames that nobody uses, each holding the next of its size.
class Kept {
 public:
  Kept() = default;
  Kept(const Kept&) = delete;
  Kept& operator=(const Kept&) = delete;
  ~Kept() {
    is_closed_ = true;
    for (Free*& first : by_size_) {
      while (first != nullptr) ::operator delete(std::exchange(first, first->next));
    }
  }

  void* take(std::size_t at) {
    Free* const first = by_size_[at];
    if (first == nullptr) return nullptr;
    by_size_[at] = first->next;
    bytes_ -= at * kStep;
    return first;
  }
  bool keep(void* frame, std::size_t at) {
    if (is_closed_ || bytes_ >= kMostKept) return false;
    by_size_[at] = new (frame) Free{by_size_[at]};
    bytes_ += at * kStep;
    return true;
  }

 private:
  struct Free {
    Free* next;
  };
  std::array<Free*, kLargest / kStep + 1> by_size_{};
  std::size_t bytes_ = 0;
  bool is_closed_ = false;  // the thread is ending
};

thread_local Kept kept;

std::size_t steps_of(std::size_t size) { return (size + kStep - 1) / kStep; }

}  // namespace

void* take_frame(std::size_t size) {
  if (!kKept || size > kLargest) return ::operator new(size);
  const std::size_t steps = steps_of(size);
  if (void* const frame = kept.take(steps)) return frame;
  return ::operator new(steps* kStep);
}

void give_back_frame(void* frame, std::size_t size) noexcept {
  if (kKept && size <= kLargest && kept.keep(frame, steps_of(size))) return;
  ::operator delete(frame);
}

}  // namespace millrace
