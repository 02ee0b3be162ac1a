// The iterators that the engine runs, as signatures.
#pragma once

#include <vector>

#include "workflow/signature.h"

namespace millrace {

std::vector<Signature> iterator_signatures();

}  // namespace millrace
