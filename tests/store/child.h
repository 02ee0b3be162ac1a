// A process that runs one test of this program, which is there for that alone: to be killed, or to
// have limits of its own.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <string>

#include "support/process.h"

namespace millrace {

inline support::ProcessSetup child_setup(const std::string& test,
                                         std::map<std::string, std::string> environment) {
  support::ProcessSetup setup;
  setup.arguments = {"/proc/self/exe", "--gtest_filter=" + test};
  setup.environment = std::move(environment);
  return setup;
}

// What the parent said; empty: nobody started this for that.
inline std::string child_variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return value == nullptr ? "" : value;
}

}  // namespace millrace
