#include "store/faulty/faulty_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "store/faulty/faulty_vfs.h"

namespace millrace {
namespace {

constexpr std::int64_t kSector = 512;

int error_of(FileOperation operation) {
  switch (operation) {
    case FileOperation::open: return SQLITE_CANTOPEN;
    case FileOperation::write: return SQLITE_IOERR_WRITE;
    case FileOperation::sync: return SQLITE_IOERR_FSYNC;
    case FileOperation::truncate: return SQLITE_IOERR_TRUNCATE;
  }
  return SQLITE_IOERR;
}

// Sector by sector, as chance has it.
void undo(int file, std::int64_t offset, std::string_view before, Random& random) {
  while (!before.empty()) {
    const auto in_sector = static_cast<std::size_t>(kSector - offset % kSector);
    const std::string_view piece = before.substr(0, in_sector);
    if (random.below(2) == 0) (void)!::pwrite(file, piece.data(), piece.size(), offset);
    offset += static_cast<std::int64_t>(piece.size());
    before.remove_prefix(piece.size());
  }
}

}  // namespace

FaultyFiles::FaultyFiles(std::string name)
    : name_(std::move(name)), system_(sqlite3_vfs_find(nullptr)) {
  vfs_ = faulty_vfs(*this, name_.c_str());
  sqlite3_vfs_register(&vfs_, 0);
}

FaultyFiles::~FaultyFiles() { sqlite3_vfs_unregister(&vfs_); }

void FaultyFiles::arm(const Fault& fault) {
  const std::lock_guard lock(mutex_);
  fault_ = fault;
  operations_ = 0;
  matching_ = 0;
  struck_ = false;
}

void FaultyFiles::heal() {
  const std::lock_guard lock(mutex_);
  fault_ = std::nullopt;
  operations_ = 0;
  powerless_ = false;
}

bool FaultyFiles::has_struck() const {
  const std::lock_guard lock(mutex_);
  return struck_;
}

std::uint64_t FaultyFiles::operations() const {
  const std::lock_guard lock(mutex_);
  return operations_;
}

bool FaultyFiles::is_struck(FileOperation operation, bool lengthens) {
  if (!fault_) return false;
  if (fault_->of && *fault_->of != operation) return false;
  if (fault_->how == Fault::How::full && !lengthens) return false;
  ++matching_;
  return matching_ == fault_->nth || (fault_->is_lasting && matching_ > fault_->nth);
}

FaultyFiles::Verdict FaultyFiles::judge(FileOperation operation, bool lengthens) {
  const std::lock_guard lock(mutex_);
  ++operations_;
  if (powerless_) return {error_of(operation)};
  if (!is_struck(operation, lengthens)) return {};
  struck_ = true;
  switch (fault_->how) {
    case Fault::How::error: return {error_of(operation)};
    case Fault::How::torn: return {error_of(operation), true};
    case Fault::How::full: return {SQLITE_FULL};
    case Fault::How::power: powerless_ = true; return {error_of(operation), true};
  }
  return {};
}

void FaultyFiles::note(const std::string& path, std::int64_t offset, std::string before,
                       std::int64_t size) {
  const std::lock_guard lock(mutex_);
  if (!powerless_) unsynced_[path].push_back({offset, std::move(before), size});
}

void FaultyFiles::synced(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (!powerless_) unsynced_.erase(path);
}

void FaultyFiles::lose_unsynced(Random& random) {
  const std::lock_guard lock(mutex_);
  for (const auto& [path, changes] : unsynced_) {
    const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    if (file < 0) continue;
    bool is_length_lost = random.below(2) == 0;
    for (std::size_t i = changes.size(); i-- > 0;) {
      const Change& change = changes[i];
      undo(file, change.offset, change.before, random);
      // What lengthened the file may be missing as a whole, or be there as zeros.
      is_length_lost = is_length_lost && random.below(4) != 0;
      if (is_length_lost) (void)!::ftruncate(file, change.size);
    }
    ::close(file);
  }
  unsynced_.clear();
}

}  // namespace millrace
