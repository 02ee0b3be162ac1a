// Sharing by a plain count. A counted object lives on one shard's thread, so its count is not
// atomic; what crosses threads goes as serialised bytes instead.
#pragma once

#include <cstdint>
#include <utility>

namespace millrace {

// Base of what is shared. The last Ref deletes it.
class Counted {
 public:
  Counted() = default;
  Counted(const Counted& /*other*/) {}  // NOLINT(modernize-use-equals-default): starts uncounted
  Counted& operator=(const Counted&) { return *this; }
  virtual ~Counted() = default;

  // True when exactly one Ref holds this object, so that changing it in place is seen by nobody
  // else.
  bool is_unique() const { return count_ == 1; }

 private:
  template <class T>
  friend class Ref;
  mutable std::uint32_t count_ = 0;
};

template <class T>
class Ref {
 public:
  Ref() = default;
  explicit Ref(T* object) : object_(object) { take(); }
  Ref(const Ref& other) : object_(other.object_) { take(); }
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  template <class U>
  Ref(const Ref<U>& other) : object_(other.get()) {  // NOLINT(google-explicit-constructor)
    take();
  }
  Ref& operator=(Ref other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Ref() { drop(); }

  T* get() const { return object_; }
  T* operator->() const { return object_; }
  T& operator*() const { return *object_; }
  explicit operator bool() const { return object_ != nullptr; }
  friend bool operator==(const Ref& a, const Ref& b) { return a.object_ == b.object_; }

 private:
  void take() const {
    if (object_ != nullptr) ++static_cast<const Counted*>(object_)->count_;
  }
  void drop() {
    if (object_ != nullptr && --static_cast<const Counted*>(object_)->count_ == 0) delete object_;
  }
  T* object_ = nullptr;
};

template <class T, class... Args>
Ref<T> make_ref(Args&&... args) {
  return Ref<T>(new T(std::forward<Args>(args)...));
}

}  // namespace millrace
