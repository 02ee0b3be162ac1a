// The memory of coroutine frames. A request is some twenty frames that come and go one within the
// other, so those that were given back lie ready for the next, by size, on each thread.
#pragma once

#include <cstddef>

namespace millrace {

void* take_frame(std::size_t size);
void give_back_frame(void* frame, std::size_t size) noexcept;

}  // namespace millrace
