#include "scope/task.h"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/io_context.hpp>

namespace millrace {
namespace {

// Owns itself: its frame goes when it has ended.
struct Driver {
  struct promise_type {
    // NOLINTNEXTLINE(misc-new-delete-overloads): the sized delete belongs to it
    static void* operator new(std::size_t size) { return take_frame(size); }
    static void operator delete(void* frame, std::size_t size) { give_back_frame(frame, size); }
    Driver get_return_object() noexcept { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    // What is started catches all that its body may throw: what is left is our own bug.
    [[noreturn]] void unhandled_exception() noexcept { std::terminate(); }
  };
};

Driver drive(Task<void> task) { co_await std::move(task); }

}  // namespace

void run_on(asio::io_context& loop, Task<void> task) {
  asio::dispatch(loop, [task = std::move(task)]() mutable { drive(std::move(task)); });
}

}  // namespace millrace
