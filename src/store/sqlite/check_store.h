// A look at whether a store is whole.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"

namespace millrace::sqlite {

// What is wrong with the store at `path`, one finding a line, a hundred of each kind at most;
// empty: nothing. Reads all of it: the pages, every checksum, and what is counted. A server may
// have it open.
Result<std::vector<std::string>> check_store(const std::string& path);

}  // namespace millrace::sqlite
