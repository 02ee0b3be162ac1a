#include "store/faulty/faulty_vfs.h"

#include <string>
#include <utility>

#include "store/faulty/faulty_files.h"

namespace millrace {
namespace {

// SQLite gives the memory; behind it lies the system's own file.
struct FaultyFile {
  sqlite3_file base;
  FaultyFiles* files;
  std::string* path;  // nullptr: a file whose faults nobody wants
  sqlite3_file* system;
};

FaultyFile& faulty(sqlite3_file* file) { return *reinterpret_cast<FaultyFile*>(file); }
sqlite3_file* system_of(sqlite3_file* file) { return faulty(file).system; }
const sqlite3_io_methods& methods_of(sqlite3_file* file) { return *system_of(file)->pMethods; }

sqlite3_int64 size_of(sqlite3_file* file) {
  sqlite3_int64 size = 0;
  methods_of(file).xFileSize(system_of(file), &size);
  return size;
}

// What is there from `offset` on, as far as the file reaches.
std::string bytes_at(sqlite3_file* file, sqlite3_int64 offset, sqlite3_int64 length) {
  const sqlite3_int64 there = std::max<sqlite3_int64>(0, size_of(file) - offset);
  std::string bytes(static_cast<std::size_t>(std::min(length, there)), '\0');
  if (!bytes.empty()) {
    methods_of(file).xRead(system_of(file), bytes.data(), static_cast<int>(bytes.size()), offset);
  }
  return bytes;
}

int close_file(sqlite3_file* file) {
  const int code = methods_of(file).xClose(system_of(file));
  delete faulty(file).path;
  return code;
}

int read_file(sqlite3_file* file, void* into, int size, sqlite3_int64 offset) {
  return methods_of(file).xRead(system_of(file), into, size, offset);
}

int write_file(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  FaultyFile& at = faulty(file);
  const auto& methods = methods_of(file);
  if (at.path == nullptr) return methods.xWrite(at.system, bytes, size, offset);
  const bool lengthens = offset + size > size_of(file);
  // Noted whatever becomes of it: to undo what did not happen changes nothing.
  at.files->note(*at.path, offset, bytes_at(file, offset, size), size_of(file));
  const auto verdict = at.files->judge(FileOperation::write, lengthens);
  if (verdict.is_torn) methods.xWrite(at.system, bytes, size / 2, offset);
  if (verdict.code != SQLITE_OK) return verdict.code;
  return methods.xWrite(at.system, bytes, size, offset);
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  FaultyFile& at = faulty(file);
  if (at.path != nullptr) {
    const auto verdict = at.files->judge(FileOperation::truncate, false);
    if (verdict.code != SQLITE_OK) return verdict.code;
    const sqlite3_int64 before = size_of(file);
    at.files->note(*at.path, size, bytes_at(file, size, before - size), before);
  }
  return methods_of(file).xTruncate(at.system, size);
}

int sync_file(sqlite3_file* file, int flags) {
  FaultyFile& at = faulty(file);
  if (at.path == nullptr) return methods_of(file).xSync(at.system, flags);
  const auto verdict = at.files->judge(FileOperation::sync, false);
  if (verdict.code != SQLITE_OK) return verdict.code;
  // The tests' machine keeps its power: what is noted as synced need not reach its disk.
  at.files->synced(*at.path);
  return SQLITE_OK;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  return methods_of(file).xFileSize(system_of(file), size);
}
int lock_file(sqlite3_file* file, int level) {
  return methods_of(file).xLock(system_of(file), level);
}
int unlock_file(sqlite3_file* file, int level) {
  return methods_of(file).xUnlock(system_of(file), level);
}
int is_reserved(sqlite3_file* file, int* out) {
  return methods_of(file).xCheckReservedLock(system_of(file), out);
}
int control_file(sqlite3_file* file, int operation, void* argument) {
  return methods_of(file).xFileControl(system_of(file), operation, argument);
}
int sector_size(sqlite3_file* file) { return methods_of(file).xSectorSize(system_of(file)); }
int characteristics(sqlite3_file* file) {
  return methods_of(file).xDeviceCharacteristics(system_of(file));
}
int map_shared(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
  return methods_of(file).xShmMap(system_of(file), page, size, extend, out);
}
int lock_shared(sqlite3_file* file, int offset, int count, int flags) {
  return methods_of(file).xShmLock(system_of(file), offset, count, flags);
}
void barrier_shared(sqlite3_file* file) { methods_of(file).xShmBarrier(system_of(file)); }
int unmap_shared(sqlite3_file* file, int remove) {
  return methods_of(file).xShmUnmap(system_of(file), remove);
}

// Version 2: without the mapping of files into memory, which would go past all this.
constexpr sqlite3_io_methods kMethods = {2,
                                         close_file,
                                         read_file,
                                         write_file,
                                         truncate_file,
                                         sync_file,
                                         file_size,
                                         lock_file,
                                         unlock_file,
                                         is_reserved,
                                         control_file,
                                         sector_size,
                                         characteristics,
                                         map_shared,
                                         lock_shared,
                                         barrier_shared,
                                         unmap_shared,
                                         nullptr,
                                         nullptr};

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  auto& files = *static_cast<FaultyFiles*>(vfs->pAppData);
  auto* at = new (file) FaultyFile{};
  at->files = &files;
  at->system = reinterpret_cast<sqlite3_file*>(at + 1);
  const bool has_faults = (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) != 0;
  if (has_faults) {
    const auto verdict = files.judge(FileOperation::open, false);
    if (verdict.code != SQLITE_OK) return verdict.code;
  }
  const int code =
      files.underlying()->xOpen(files.underlying(), name, at->system, flags, out_flags);
  if (code != SQLITE_OK) return code;
  if (has_faults && name != nullptr) at->path = new std::string(name);
  at->base.pMethods = &kMethods;
  return code;
}

int delete_file(sqlite3_vfs* vfs, const char* name, int sync_folder) {
  auto& files = *static_cast<FaultyFiles*>(vfs->pAppData);
  // A machine without power removes no files.
  const auto verdict = files.judge(FileOperation::truncate, false);
  if (verdict.code != SQLITE_OK) return SQLITE_IOERR_DELETE;
  return files.underlying()->xDelete(files.underlying(), name, sync_folder);
}

}  // namespace

sqlite3_vfs faulty_vfs(FaultyFiles& files, const char* name) {
  sqlite3_vfs vfs = *files.underlying();
  vfs.szOsFile = static_cast<int>(sizeof(FaultyFile)) + files.underlying()->szOsFile;
  vfs.pNext = nullptr;
  vfs.zName = name;
  vfs.pAppData = &files;
  vfs.xOpen = open_file;
  vfs.xDelete = delete_file;
  return vfs;
}

}  // namespace millrace
