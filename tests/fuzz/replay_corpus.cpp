// Stands in for libFuzzer where it is not linked: gives each kept input to the fuzz target once.
// Files and folders to replay may be named; without any it takes the target's own corpus.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

void replay_file(const fs::path& path) {
  // Named before it runs: when it crashes, this line says which input did it.
  std::fprintf(stderr, "replaying %s\n", path.c_str());
  std::ifstream file(path, std::ios::binary);
  const std::string input{std::istreambuf_iterator<char>(file), {}};
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

int replay(const fs::path& path) {
  if (!fs::is_directory(path)) {
    replay_file(path);
    return 1;
  }
  int count = 0;
  for (const auto& entry : fs::recursive_directory_iterator(path)) {
    if (!entry.is_regular_file()) continue;
    replay_file(entry.path());
    ++count;
  }
  return count;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<fs::path> paths(argv + 1, argv + argc);
  if (paths.empty() && fs::exists(MILLRACE_CORPUS)) paths.emplace_back(MILLRACE_CORPUS);
  int count = 0;
  for (const auto& path : paths) count += replay(path);
  std::printf("%d inputs replayed\n", count);
  return 0;
}
