// Something that has happened or not, on one shard. Setting it wakes whoever waits for it, in the
// order in which they came, and later waiters do not wait at all until it is reset.
// Waiting goes through Scope::wait, so that every wait can be stopped.
#pragma once

#include <boost/intrusive/list.hpp>
#include <coroutine>
#include <string>
#include <string_view>

#include "scope/task.h"

namespace millrace {

class Shard;

// What a piece of work is at, for the error when it is stopped and for the list of scopes; a text,
// or a callable that makes one, called only when somebody wants to know. Refers to its argument:
// keep that alive while the wait lasts (a temporary of the co_await expression does).
class Doing {
 public:
  Doing() = default;
  Doing(const char* text) : text_(text) {}       // NOLINT(google-explicit-constructor)
  Doing(std::string_view text) : text_(text) {}  // NOLINT(google-explicit-constructor)
  template <class F>
    requires std::is_invocable_r_v<std::string, const F&>
  Doing(const F& describe)  // NOLINT(google-explicit-constructor)
      : object_(&describe), call_([](const void* object) -> std::string {
          return (*static_cast<const F*>(object))();
        }) {}

  std::string describe() const { return call_ != nullptr ? call_(object_) : std::string(text_); }

 private:
  std::string_view text_;
  const void* object_ = nullptr;
  std::string (*call_)(const void*) = nullptr;
};

// One suspended coroutine, known both to the event it waits for and to the scope that may stop it.
class Waiter {
  using Hook = boost::intrusive::list_member_hook<
      boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

 public:
  Waiter(Shard& shard, Doing doing) : shard_(&shard), doing_(doing) {}
  void wake();  // at most once has an effect
  const Doing& doing() const { return doing_; }

  // ---- for co_await: suspends until wake()
  bool await_ready() const noexcept { return woken_; }
  void await_suspend(std::coroutine_handle<> waiting) noexcept { waiting_ = waiting; }
  void await_resume() const noexcept {}

  Hook in_event;
  Hook in_scope;

 private:
  Shard* shard_;
  Doing doing_;
  std::coroutine_handle<> waiting_;
  bool woken_ = false;
};

class Event {
 public:
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  bool is_set() const { return set_; }
  void set();
  void reset() { set_ = false; }

 private:
  friend class Scope;
  bool set_ = false;
  boost::intrusive::list<
      Waiter, boost::intrusive::member_hook<Waiter, decltype(Waiter::in_event), &Waiter::in_event>,
      boost::intrusive::constant_time_size<false>>
      waiters_;
};

}  // namespace millrace
