// The readers within values, and values whose readers are replaced: by what a printer shows of
// them, say.
#pragma once

#include <functional>
#include <vector>

#include "value/value.h"

namespace millrace {

// The readers in `vars`, at any depth, each as often as it occurs.
std::vector<Ref<Reader>> readers_in(const Dict& vars);

// `vars` with each Reader in it, at any depth, replaced by what `by` gives for it, as a Reader.
// What holds none stays shared.
Dict replace_readers(Dict vars, const std::function<Ref<Reader>(const Ref<Reader>&)>& by);

}  // namespace millrace
