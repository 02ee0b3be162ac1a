// Where libcurl gets its memory. Each transfer takes a receive buffer and gives it back; malloc
// answers the return of a block of that size by tidying up all it has, which costs more than the
// transfer itself does. A few such blocks are kept for the next transfer of the same thread.
#pragma once

namespace millrace {

// Makes libcurl ready for the whole process, once.
void initialise_curl();

}  // namespace millrace
