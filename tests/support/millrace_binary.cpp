#include "support/millrace_binary.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <cstdlib>
#include <fstream>

namespace millrace::support {

namespace json = boost::json;

ProcessSetup millrace(std::vector<std::string> arguments, std::string input) {
  arguments.insert(arguments.begin(), MILLRACE_BINARY);
  return {.arguments = std::move(arguments),
          .input = std::move(input),
          .environment = {{"NO_COLOR", "1"}, {"TZ", "UTC"}}};
}

ProcessResult run_millrace(std::vector<std::string> arguments, std::string input,
                           std::chrono::milliseconds limit) {
  return run_process(millrace(std::move(arguments), std::move(input)), limit);
}

json::object document_of(const ProcessResult& result) {
  boost::system::error_code failed;
  json::value document = json::parse(result.output, failed);
  EXPECT_TRUE(!failed && document.is_object())
      << "no document on stdout: " << result.output.substr(0, 1000)
      << "\nstderr: " << result.errors.substr(0, 1000);
  return !failed && document.is_object() ? document.as_object() : json::object();
}

json::value variable(const json::object& document, std::string_view name) {
  const json::value* vars = document.if_contains("vars");
  if (vars == nullptr || !vars->is_object()) return nullptr;
  const json::value* typed = vars->as_object().if_contains(name);
  if (typed == nullptr || !typed->is_object()) return nullptr;
  const json::value* value = typed->as_object().if_contains("@value");
  return value == nullptr ? json::value(nullptr) : *value;
}

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "millrace-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryFolder::file(const std::string& name, std::string_view content) const {
  const std::filesystem::path path = path_ / name;
  std::ofstream(path, std::ios::binary) << content;
  return path.string();
}

bool is_sanitized() {
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  return true;
#else
  const char* told = std::getenv("MILLRACE_SANITIZED");
  return told != nullptr && *told == '1';
#endif
}

}  // namespace millrace::support
