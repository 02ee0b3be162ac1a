// Several ways to do the same work, measured in short rounds in turn, so that what else happens on
// the machine strikes all of them alike. What counts is the median of the rounds.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"

namespace millrace::bench {

class Rounds {
 public:
  // A way, by the name under which it is reported. Each of its runs does `work` pieces.
  void add(std::string name, std::function<void()> run) {
    ways_.push_back({std::move(name), std::move(run), {}, {}});
  }
  // One round: all of the ways once, beginning with another one each time.
  void run();

  // Pieces a second, of the clock or of this thread's processor time.
  double by_clock(const std::string& name, int work) const;
  double by_processor(const std::string& name, int work) const;
  // How fast `name` is beside `other`.
  double ratio_by_clock(const std::string& name, const std::string& other) const;
  double ratio_by_processor(const std::string& name, const std::string& other) const;

 private:
  struct Way {
    std::string name;
    std::function<void()> run;
    std::vector<double> clock_s;  // of each round
    std::vector<double> processor_s;
  };
  const Way& find(const std::string& name) const;

  std::vector<Way> ways_;
  std::size_t first_ = 0;
};

// While this lives, the thread and the processes that it starts run on the processor on which it
// runs now, and nowhere else.
class OneCore {
 public:
  OneCore();
  OneCore(const OneCore&) = delete;
  OneCore& operator=(const OneCore&) = delete;
  ~OneCore();

 private:
  std::vector<unsigned char> before_;
};

}  // namespace millrace::bench
