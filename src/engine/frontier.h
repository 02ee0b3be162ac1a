// A session's machine as bytes, exact in every respect: for the journal, and for leaving memory.
// The format carries a version, which is in journals and never changes its meaning.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/session_machine.h"

namespace millrace {

// Readers are no bytes: they are listed in the order in which they occur, and whoever stores the
// bytes decides what becomes of them.
struct PackedFrontier {
  std::string bytes;
  std::vector<Ref<Reader>> readers;
};

// Between any two calls of the machine. Error for what cannot be stored (value/pack.h).
Result<PackedFrontier> pack_frontier(const SessionMachine& machine);

// The machine goes on where that one was: its effects under way are to be begun anew, and
// take_effects() lists them. `plan` is of the very definition that it ran, `options` are as it had
// them, `readers` stand for those that were listed. Error (invalid) for another plan or a version
// that this release does not read, (bug) for bytes that pack_frontier() did not write.
Result<std::unique_ptr<SessionMachine>> unpack_frontier(std::string_view bytes,
                                                        std::span<const Ref<Reader>> readers,
                                                        Ref<const Plan> plan,
                                                        MachineOptions options,
                                                        Trace* trace = nullptr);

}  // namespace millrace
