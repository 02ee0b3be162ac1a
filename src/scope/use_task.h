// For whoever calls Asio's own operations (sockets of the server): a completion token that makes of
// such an operation a Task. It takes the error apart, which must be redirected:
//
//   co_await socket.async_read_some(buffer, asio::redirect_error(use_task, failed));
//
// No scope knows of such a wait: who starts it sees to it that stopping the scope ends it, by
// closing the socket.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/redirect_error.hpp>
#include <coroutine>
#include <optional>
#include <utility>

#include "scope/task.h"

namespace millrace {

struct UseTask {};
inline constexpr UseTask use_task;

// Waits for an operation that `begin` begins, given what to call at its end; that is never called
// before `begin` has returned.
template <class Begin, class... Value>
class Completion {
 public:
  explicit Completion(Begin& begin) : begin_(begin) {}
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> caller) {
    begin_([this, caller](Value... value) {
      value_.emplace(std::move(value)...);
      caller.resume();
    });
  }
  auto await_resume() {
    if constexpr (sizeof...(Value) > 0) return std::get<0>(std::move(*value_));
  }

 private:
  Begin& begin_;
  std::optional<std::tuple<Value...>> value_;
};

}  // namespace millrace

template <class... Value>
  requires(sizeof...(Value) <= 1)
class boost::asio::async_result<millrace::UseTask, void(Value...)> {
 public:
  using return_type = millrace::Task<std::tuple_element_t<0, std::tuple<Value..., void>>>;

  template <class Initiation, class... Arguments>
  static return_type initiate(Initiation initiation, millrace::UseTask /*token*/,
                              Arguments... arguments) {
    auto begin = [&](auto handler) {
      std::move(initiation)(std::move(handler), std::move(arguments)...);
    };
    co_return co_await millrace::Completion<decltype(begin), Value...>(begin);
  }
};
