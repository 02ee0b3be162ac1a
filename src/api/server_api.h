// What a server says of itself: /healthcheck, /version, /debug/scopes.
#pragma once

#include <vector>

#include "api/router.h"
#include "scope/shard.h"

namespace millrace {

// `shard` outlives them.
std::vector<Route> server_routes(const Shard& shard);

}  // namespace millrace
