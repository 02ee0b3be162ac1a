// `millrace completion`: scripts that let a shell complete commands, options and files. They are
// made from what the command line itself declares.
#pragma once

#include <CLI/App.hpp>
#include <cstdint>
#include <iosfwd>

namespace millrace {

enum class Shell : std::uint8_t { bash, zsh, fish };

// An option or positional with this type name takes a file.
inline constexpr const char* kFileType = "FILE";

// Returns the exit status (cli/exit_status.h).
int completion_command(const CLI::App& app, Shell shell, std::ostream& out);

}  // namespace millrace
