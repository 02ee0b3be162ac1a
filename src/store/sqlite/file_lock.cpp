#include "store/sqlite/file_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace millrace::sqlite {
namespace {

// What the holder wrote; empty where it has not come to that yet.
std::string holder_of(int descriptor) {
  char text[32];
  const ssize_t size = ::pread(descriptor, text, sizeof text, 0);
  return size <= 0 ? "" : std::string(text, static_cast<std::size_t>(size));
}

}  // namespace

Result<FileLock> FileLock::take(const std::string& path) {
  const std::string name = path + ".lock";
  FileLock lock;
  lock.descriptor_ = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock.descriptor_ < 0) {
    return Error(ErrorKind::unavailable, fmt::format("the lock of the store cannot be opened: {}",
                                                     std::strerror(errno)))  // NOLINT
        .at(name);
  }
  if (::flock(lock.descriptor_, LOCK_EX | LOCK_NB) != 0) {
    const std::string holder = holder_of(lock.descriptor_);
    return Error(ErrorKind::conflict, fmt::format("another server has the store open{}{}",
                                                  holder.empty() ? "" : ": process ", holder))
        .at(path);
  }
  // Only for that message: the lock is what counts.
  const std::string holder = std::to_string(::getpid());
  if (::ftruncate(lock.descriptor_, 0) == 0) {
    (void)!::pwrite(lock.descriptor_, holder.data(), holder.size(), 0);
  }
  return lock;
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace millrace::sqlite
