// The rules of the house that a program can check. Each takes one file and says what is wrong in
// it; tree_test.cpp holds them against the checkout, and each has tests that show that it can fail.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tidy/source.h"

namespace millrace::tidy {

using Findings = std::vector<Finding>;

// Far past what is meant (docs/architecture.md): at half of these, ask which two things it is.
inline constexpr std::size_t kMaxSourceLines = 600;
inline constexpr std::size_t kMaxHeaderLines = 400;
inline constexpr std::size_t kMaxFunctionLines = 120;

// A folder under src/ includes itself and the folders above it in `order`, and nothing below; so do
// the tests of a folder.
Findings check_includes(const Source& source, const std::vector<std::string>& order);

// What is known to go wrong is not called (banned_calls.cpp has the table).
Findings check_banned_calls(const Source& source);

Findings check_file_size(const Source& source);
Findings check_function_sizes(const Source& source);

// What is left to do says why it is left: TODO(reason).
Findings check_todo(const Source& source);

// Nothing in the project depends on, or tells of, the machine that it was written on.
Findings check_machine_paths(std::string_view path, std::string_view text);

}  // namespace millrace::tidy
