#include "script/system_calls.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <vector>

namespace millrace::script {
namespace {

#if defined(__x86_64__)
constexpr unsigned kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr unsigned kArchitecture = AUDIT_ARCH_AARCH64;
#else
#error "name the architecture for the filter of system calls"
#endif

constexpr std::array kAllowed = {
    // memory
    SYS_brk, SYS_mmap, SYS_munmap, SYS_mprotect, SYS_mremap, SYS_madvise,
    // threads that are there already
    SYS_futex, SYS_sched_yield, SYS_membarrier, SYS_sched_getaffinity, SYS_set_robust_list,
    SYS_rseq,
    // time and chance
    SYS_clock_gettime, SYS_clock_nanosleep, SYS_gettimeofday, SYS_getrandom,
    // signals of its own, as a crash raises them
    SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_sigaltstack, SYS_restart_syscall,
    // who am I, and what do I use
    SYS_getpid, SYS_gettid, SYS_getrusage, SYS_sysinfo,
    // the channel
    SYS_read, SYS_write, SYS_recvfrom, SYS_sendto, SYS_close,
    // the end
    SYS_exit, SYS_exit_group};

constexpr auto kNumberAt = static_cast<unsigned>(offsetof(seccomp_data, nr));
constexpr auto kArchitectureAt = static_cast<unsigned>(offsetof(seccomp_data, arch));

sock_filter load(unsigned offset) { return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset); }
sock_filter give(unsigned verdict) { return BPF_STMT(BPF_RET | BPF_K, verdict); }
// Skips the next instruction unless what is loaded equals `what`.
sock_filter unless(unsigned what) { return BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, what, 0, 1); }
// Skips the next instruction where it does.
sock_filter where_not(unsigned what) { return BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, what, 1, 0); }

}  // namespace

bool allow_computing_only() {
  std::vector<sock_filter> program{load(kArchitectureAt), where_not(kArchitecture),
                                   give(SECCOMP_RET_KILL_PROCESS), load(kNumberAt)};
  for (const long call : kAllowed) {
    program.push_back(unless(static_cast<unsigned>(call)));
    program.push_back(give(SECCOMP_RET_ALLOW));
  }
  program.push_back(give(SECCOMP_RET_ERRNO | EPERM));
  const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  // For the helper threads of the engine too.
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &filter) == 0;
}

}  // namespace millrace::script
