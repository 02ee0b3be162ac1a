#include "support/measure.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

namespace millrace::support {

namespace {

std::string proc(pid_t pid, const char* file) {
  return "/proc/" + std::to_string(pid) + "/" + file;
}

}  // namespace

std::size_t resident_bytes(pid_t pid) {
  std::ifstream statm(proc(pid, "statm"));
  std::size_t size = 0;
  std::size_t resident = 0;
  statm >> size >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

std::size_t peak_resident_bytes(pid_t pid) {
  std::ifstream status(proc(pid, "status"));
  for (std::string word; status >> word;) {
    std::size_t kibibytes = 0;
    if (word == "VmHWM:" && status >> kibibytes) return kibibytes * 1024;
  }
  return 0;
}

std::size_t open_descriptors(pid_t pid) {
  std::error_code gone;
  std::size_t count = 0;
  for (std::filesystem::directory_iterator at(proc(pid, "fd"), gone), end; !gone && at != end;
       at.increment(gone)) {
    ++count;
  }
  return count;
}

std::size_t resident_bytes() { return resident_bytes(::getpid()); }

// Less the one that reading the folder takes.
std::size_t open_descriptors() { return open_descriptors(::getpid()) - 1; }

}  // namespace millrace::support
