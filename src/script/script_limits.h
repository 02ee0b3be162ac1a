// How much one script may take, and how many processes serve scripts.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"

namespace millrace {

struct ScriptLimits {
  Nanos timeout = std::chrono::seconds(30);    // of a call that sets none; 0: none
  std::uint64_t memory = 64ULL * 1024 * 1024;  // what a script holds, its input included
  std::uint64_t output = 16ULL * 1024 * 1024;  // what it returns, as bytes of a packed value
  std::uint64_t workers = 2;                   // processes at once; further calls wait
  std::uint64_t calls = 1000;                  // that a process serves before it is replaced
};

struct ScriptOptions {
  ScriptLimits limits;
  // What is started as "<program> script-worker". The running program itself even where its file
  // has been replaced meanwhile, so that both ends always speak the same protocol.
  std::string program = "/proc/self/exe";
};

}  // namespace millrace
