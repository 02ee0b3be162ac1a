#include "support/measure.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
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

std::vector<pid_t> children(pid_t pid) {
  std::vector<pid_t> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream stat(entry.path() / "stat");
    std::string line;
    std::getline(stat, line);
    const std::size_t end_of_name = line.rfind(')');
    if (end_of_name == std::string::npos) continue;  // it has gone meanwhile
    std::istringstream rest(line.substr(end_of_name + 1));
    char state = 0;
    pid_t parent = 0;
    if (rest >> state >> parent && parent == pid) found.push_back(std::stoi(name));
  }
  return found;
}

std::vector<pid_t> children() { return children(::getpid()); }

std::size_t resident_bytes() { return resident_bytes(::getpid()); }

// Less the one that reading the folder takes.
std::size_t open_descriptors() { return open_descriptors(::getpid()) - 1; }

}  // namespace millrace::support
