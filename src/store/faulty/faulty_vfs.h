// The functions by which SQLite reaches faulty_files.h.
#pragma once

#include <sqlite3.h>

namespace millrace {

class FaultyFiles;

// One that is like the system's but for the files that it opens.
sqlite3_vfs faulty_vfs(FaultyFiles& files, const char* name);

}  // namespace millrace
