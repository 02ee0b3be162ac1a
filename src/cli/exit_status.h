// What the process says to its caller when it ends.
#pragma once

namespace millrace {

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;    // the workflow failed, was cancelled or timed out
inline constexpr int kExitUsage = 2;     // wrong usage, an unreadable file, bad input
inline constexpr int kExitIssues = 3;    // the definition has issues
inline constexpr int kExitSignal = 128;  // plus the signal's number: 130, 143

}  // namespace millrace
