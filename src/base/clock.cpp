#include "base/clock.h"

namespace millrace {

TimePoint RealClock::now() const { return std::chrono::steady_clock::now(); }

WallTime RealClock::wall() const { return std::chrono::system_clock::now(); }

}  // namespace millrace
