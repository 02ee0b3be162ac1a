#include "script/confinement.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "script/sanitized.h"
#include "script/system_calls.h"

namespace millrace::script {
namespace {

bool limit(__rlimit_resource what, rlim_t most) {
  const rlimit both{most, most};
  return setrlimit(what, &both) == 0;
}

// Addresses in use, in bytes; 0 where the system does not tell.
std::uint64_t addresses() {
  std::FILE* file = std::fopen("/proc/self/statm", "re");
  if (file == nullptr) return 0;
  unsigned long pages = 0;
  const int read = std::fscanf(file, "%lu", &pages);
  std::fclose(file);
  return read == 1 ? pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) : 0;
}

// Of the processes of this machine the first to go when its memory runs out.
void volunteer() {
  std::FILE* file = std::fopen("/proc/self/oom_score_adj", "we");
  if (file == nullptr) return;
  std::fputs("1000", file);
  std::fclose(file);
}

}  // namespace

void settle_in() {
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // and where the server died before, the channel is closed
  constexpr mode_t kPrivate = 077;
  umask(kPrivate);
  limit(RLIMIT_CORE, 0);
  if (chdir("/") != 0) _exit(1);
  volunteer();
}

bool wall_in(std::uint64_t memory) {
  if (kSanitized) return true;
  const std::uint64_t now = addresses();
  return now > 0 && limit(RLIMIT_AS, now + memory) && limit(RLIMIT_FSIZE, 0) &&
         limit(RLIMIT_NOFILE, 1) && allow_computing_only();
}

}  // namespace millrace::script
