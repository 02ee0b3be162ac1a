// Runs the built binary as a user would, and reads its documents.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "support/process.h"

namespace millrace::support {

// The binary with these arguments; `input` is its standard input. No colour, UTC.
ProcessSetup millrace(std::vector<std::string> arguments, std::string input = "");

ProcessResult run_millrace(std::vector<std::string> arguments, std::string input = "",
                           std::chrono::milliseconds limit = std::chrono::seconds(60));

// The one JSON document on stdout; a failed expectation and an empty object where it is none.
boost::json::object document_of(const ProcessResult& result);

// The plain content of a variable of such a document; null where it is not there.
boost::json::value variable(const boost::json::object& document, std::string_view name);

// A folder that goes with everything in it.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  // Writes a file in it and gives its path.
  std::string file(const std::string& name, std::string_view content) const;

 private:
  std::filesystem::path path_;
};

// True where the build is slowed down and fattened by sanitizers: tests then do the same with less.
bool is_sanitized();

}  // namespace millrace::support
