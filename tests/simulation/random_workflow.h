// Workflows made by chance: sequences, gateways, forks with and without joins, loops of every kind,
// handlers, errors, back edges, delays, prompts, calls and other workflows, nested in one another.
#pragma once

#include <string>

#include "base/random.h"

namespace millrace::simulation {

// One file of `count` workflows with the handles w0, w1, ..., as YAML; each may run those after it.
std::string random_workflows(Random& random, int count);

}  // namespace millrace::simulation
