#include "net/curl_memory.h"

#include <curl/curl.h>
#include <malloc.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <mutex>

namespace millrace {
namespace {

// Blocks of that size are those buffers; they are ordinary blocks of malloc all the same.
constexpr std::size_t kLeast = 60 * 1024;
constexpr std::size_t kMost = 72 * 1024;

class Kept {
 public:
  Kept() = default;
  Kept(const Kept&) = delete;
  Kept& operator=(const Kept&) = delete;
  ~Kept() {
    while (count_ > 0) std::free(blocks_[--count_]);
    closed_ = true;
  }

  void* take(std::size_t size) {
    if (count_ == 0 || malloc_usable_size(blocks_[count_ - 1]) < size) return nullptr;
    return blocks_[--count_];
  }
  bool keep(void* block) {
    if (closed_ || count_ == blocks_.size()) return false;
    blocks_[count_++] = block;
    return true;
  }

 private:
  std::array<void*, 32> blocks_{};
  std::size_t count_ = 0;
  bool closed_ = false;  // the thread is ending
};

thread_local Kept kept;

void* take(std::size_t size) {
  if (size >= kLeast && size <= kMost) {
    if (void* block = kept.take(size)) return block;
  }
  return std::malloc(size);
}

void give_back(void* block) {
  if (block == nullptr) return;
  const std::size_t size = malloc_usable_size(block);
  if (size >= kLeast && size <= kMost && kept.keep(block)) return;
  std::free(block);
}

void* resize(void* block, std::size_t size) { return std::realloc(block, size); }
char* copy(const char* text) { return ::strdup(text); }
void* zeroed(std::size_t count, std::size_t size) { return std::calloc(count, size); }

}  // namespace

void initialise_curl() {
  static std::once_flag once;
  std::call_once(once, [] {
    if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, take, give_back, resize, copy, zeroed) !=
        CURLE_OK) {
      std::abort();
    }
    // OpenSSL writes to sockets that may be gone; with CURLOPT_NOSIGNAL curl leaves that to us.
    std::signal(SIGPIPE, SIG_IGN);
  });
}

}  // namespace millrace
