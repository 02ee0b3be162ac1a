// The coroutine type of everything that may wait. A Task does nothing until it is awaited or
// started in a Scope, and a function that returns one takes Scope& first. What it throws comes out
// where it is awaited. Destroying one that has not ended destroys what its frame holds.
#pragma once

#include <coroutine>
#include <cstddef>
#include <exception>
#include <optional>
#include <utility>

#include "scope/frame_memory.h"

namespace boost::asio {
class io_context;
}

namespace millrace {

namespace asio = boost::asio;

template <class T = void>
class Task;

// What the frames of all tasks have in common: their memory, and who goes on when one has ended.
class TaskPromise {
 public:
  // NOLINTNEXTLINE(misc-new-delete-overloads): the sized delete belongs to it
  static void* operator new(std::size_t size) { return take_frame(size); }
  static void operator delete(void* frame, std::size_t size) { give_back_frame(frame, size); }

  std::suspend_always initial_suspend() noexcept { return {}; }
  auto final_suspend() noexcept { return End(); }
  void unhandled_exception() noexcept { thrown_ = std::current_exception(); }

  void go_on_with(std::coroutine_handle<> caller) noexcept { caller_ = caller; }

 protected:
  void rethrow() const {
    if (thrown_) std::rethrow_exception(thrown_);
  }

 private:
  struct End {
    bool await_ready() noexcept { return false; }
    // The caller destroys this frame while it goes on: nothing may be kept in it, as a compiler
    // that inlines this might.
    template <class Promise>
    [[gnu::noinline]] void await_suspend(std::coroutine_handle<Promise> ended) noexcept {
      if (const std::coroutine_handle<> caller = ended.promise().caller_) caller.resume();
    }
    void await_resume() noexcept {}
  };

  std::coroutine_handle<> caller_;  // none while it has not waited yet
  std::exception_ptr thrown_;
};

template <class T>
class ResultPromise : public TaskPromise {
 public:
  Task<T> get_return_object() noexcept;
  template <class U>
  void return_value(U&& value) {
    value_.emplace(std::forward<U>(value));
  }
  T take() {
    rethrow();
    return std::move(*value_);
  }

 private:
  std::optional<T> value_;
};

template <>
class ResultPromise<void> : public TaskPromise {
 public:
  Task<void> get_return_object() noexcept;
  void return_void() noexcept {}
  void take() { rethrow(); }
};

template <class T>
class [[nodiscard]] Task {
 public:
  using promise_type = ResultPromise<T>;

  explicit Task(std::coroutine_handle<promise_type> frame) noexcept : frame_(frame) {}
  Task(Task&& other) noexcept : frame_(std::exchange(other.frame_, {})) {}
  Task& operator=(Task&& other) noexcept {
    std::swap(frame_, other.frame_);
    return *this;
  }
  ~Task() {
    if (frame_) frame_.destroy();
  }

  // ---- for co_await
  bool await_ready() const noexcept { return false; }
  // Runs it to its end or its first wait; what ends at once makes nobody wait.
  bool await_suspend(std::coroutine_handle<> caller) {
    frame_.resume();
    if (frame_.done()) return false;
    frame_.promise().go_on_with(caller);
    return true;
  }
  T await_resume() {
    const Task ended(std::move(*this));
    return ended.frame_.promise().take();
  }

 private:
  std::coroutine_handle<promise_type> frame_;
};

template <class T>
Task<T> ResultPromise<T>::get_return_object() noexcept {
  return Task<T>(std::coroutine_handle<ResultPromise>::from_promise(*this));
}

inline Task<void> ResultPromise<void>::get_return_object() noexcept {
  return Task<void>(std::coroutine_handle<ResultPromise>::from_promise(*this));
}

// Runs `task` on the thread of `loop`, at once if this is it, and frees it at its end. It throws
// nothing. For Scope and Shard, which see to it that it ends.
void run_on(asio::io_context& loop, Task<void> task);

}  // namespace millrace
