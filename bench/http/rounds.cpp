#include "http/rounds.h"

#include <sched.h>

#include <algorithm>
#include <cstring>
#include <ctime>
#include <stdexcept>

namespace millrace::bench {
namespace {

double seconds(clockid_t of) {
  timespec now{};
  ::clock_gettime(of, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

double median(std::vector<double> of) {
  const auto middle = of.begin() + static_cast<std::ptrdiff_t>(of.size() / 2);
  std::ranges::nth_element(of, middle);
  return *middle;
}

double median_ratio(const std::vector<double>& these, const std::vector<double>& others) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < these.size(); ++i) ratios.push_back(others[i] / these[i]);
  return median(std::move(ratios));
}

}  // namespace

void Rounds::run() {
  for (std::size_t i = 0; i < ways_.size(); ++i) {
    Way& way = ways_[(first_ + i) % ways_.size()];
    const double clock = seconds(CLOCK_MONOTONIC);
    const double processor = seconds(CLOCK_THREAD_CPUTIME_ID);
    way.run();
    way.processor_s.push_back(seconds(CLOCK_THREAD_CPUTIME_ID) - processor);
    way.clock_s.push_back(seconds(CLOCK_MONOTONIC) - clock);
  }
  ++first_;
}

const Rounds::Way& Rounds::find(const std::string& name) const {
  return *std::ranges::find(ways_, name, &Way::name);
}

double Rounds::by_clock(const std::string& name, int work) const {
  return work / median(find(name).clock_s);
}

double Rounds::by_processor(const std::string& name, int work) const {
  return work / median(find(name).processor_s);
}

double Rounds::ratio_by_clock(const std::string& name, const std::string& other) const {
  return median_ratio(find(name).clock_s, find(other).clock_s);
}

double Rounds::ratio_by_processor(const std::string& name, const std::string& other) const {
  return median_ratio(find(name).processor_s, find(other).processor_s);
}

OneCore::OneCore() : before_(sizeof(cpu_set_t)) {
  cpu_set_t set;
  if (::sched_getaffinity(0, sizeof set, &set) != 0) throw std::runtime_error("no affinity");
  std::memcpy(before_.data(), &set, sizeof set);
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(::sched_getcpu()), &set);
  if (::sched_setaffinity(0, sizeof set, &set) != 0) throw std::runtime_error("cannot be pinned");
}

OneCore::~OneCore() {
  cpu_set_t set;
  std::memcpy(&set, before_.data(), sizeof set);
  ::sched_setaffinity(0, sizeof set, &set);
}

}  // namespace millrace::bench
