#include "tidy/tree.h"

#include <fstream>
#include <iterator>

namespace millrace::tidy {
namespace {

namespace fs = std::filesystem;

bool is_left_out(const fs::path& folder) {
  const std::string name = folder.filename().string();
  return name == ".git" || name == "build" || name == "node_modules" || name == "dist";
}

}  // namespace

void for_each_file(const std::function<void(const std::string&, const std::string&)>& look) {
  const fs::path root = MILLRACE_SOURCE_DIR;
  for (auto entry = fs::recursive_directory_iterator(root);
       entry != fs::recursive_directory_iterator(); ++entry) {
    if (entry->is_directory() && is_left_out(entry->path())) entry.disable_recursion_pending();
    if (!entry->is_regular_file() || entry->is_symlink()) continue;
    std::ifstream file(entry->path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    if (text.find('\0') != std::string::npos) continue;
    look(entry->path().lexically_relative(root).generic_string(), text);
  }
}

void for_each_source(const std::function<void(const Source&)>& look) {
  for_each_file([&](const std::string& path, const std::string& text) {
    const bool is_cpp = path.ends_with(".h") || path.ends_with(".cpp");
    const bool is_ours =
        path.starts_with("src/") || path.starts_with("tests/") || path.starts_with("bench/");
    if (is_cpp && is_ours && !path.starts_with("tests/reference/")) look(Source(path, text));
  });
}

}  // namespace millrace::tidy
