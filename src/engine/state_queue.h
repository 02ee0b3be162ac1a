// States in the order in which they came: first in, first out, without memory of its own.
#pragma once

#include <cstddef>
#include <utility>

#include "engine/state.h"

namespace millrace {

class StateQueue {
 public:
  StateQueue() = default;
  StateQueue(const StateQueue&) = delete;
  StateQueue& operator=(const StateQueue&) = delete;
  ~StateQueue() { clear(); }

  bool empty() const { return !first_; }
  std::size_t size() const { return size_; }

  void push(StatePtr state) {
    State* added = state.get();
    (last_ == nullptr ? first_ : last_->next) = std::move(state);
    last_ = added;
    ++size_;
  }
  // The first; not when empty.
  StatePtr pop() {
    StatePtr state = std::move(first_);
    first_ = std::move(state->next);
    if (!first_) last_ = nullptr;
    --size_;
    return state;
  }
  void clear() {
    while (!empty()) pop();
  }

  template <class Visit>
  void for_each(Visit visit) const {
    for (State* state = first_.get(); state != nullptr; state = state->next.get()) visit(*state);
  }
  template <class Test>
  bool any_of(Test test) const {
    for (const State* state = first_.get(); state != nullptr; state = state->next.get()) {
      if (test(*state)) return true;
    }
    return false;
  }
  template <class Test>
  void erase_if(Test test) {
    StateQueue kept;
    while (!empty()) {
      StatePtr state = pop();
      if (!test(*state)) kept.push(std::move(state));
    }
    std::swap(first_, kept.first_);
    std::swap(last_, kept.last_);
    std::swap(size_, kept.size_);
  }

 private:
  StatePtr first_;
  State* last_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace millrace
