// Linked into programs that take their memory from tcmalloc (docs/decisions/0034-tcmalloc.md).
#include <gperftools/malloc_extension_c.h>

namespace {

// What is free goes back to the system at once: a body of 64 MiB that was put together is not held
// twice.
const bool kReturnsMemory =
    MallocExtension_SetNumericProperty("tcmalloc.aggressive_memory_decommit", 1) != 0;

}  // namespace
