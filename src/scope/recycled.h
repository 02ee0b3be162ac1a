// For objects of a thousand bytes and more that come and go with every request: they take the
// memory of the last of their kind. malloc answers each block of that size by tidying up all it
// has.
#pragma once

#include "scope/frame_memory.h"

namespace millrace {

class Recycled {
 public:
  // NOLINTNEXTLINE(misc-new-delete-overloads): the sized delete belongs to it
  static void* operator new(std::size_t size) { return take_frame(size); }
  static void operator delete(void* object, std::size_t size) noexcept {
    give_back_frame(object, size);
  }

 protected:
  ~Recycled() = default;
};

}  // namespace millrace
