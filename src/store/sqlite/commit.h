// Writes many things in one transaction and tells each what became of it.
#pragma once

#include <vector>

#include "store/sqlite/tables.h"
#include "store/write.h"

namespace millrace::sqlite {

// Each is answered, in order, once all of them are durable, or with the error that kept all of them
// from being so. Of several records of one session only the last is written.
void commit(Tables& tables, std::vector<Write>& writes);

}  // namespace millrace::sqlite
