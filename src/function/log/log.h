// What workflows say to whoever runs them: a line each, on standard error.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace spdlog {
class logger;
}

namespace millrace {

enum class LogLevel : std::uint8_t { debug, info, warn, error };

struct LogOptions {
  LogLevel level = LogLevel::debug;  // the least that is written
  // Instead of standard error, for tests.
  std::function<void(LogLevel level, const std::string& line)> sink;
};

class Log {
 public:
  explicit Log(LogOptions options);
  void write(LogLevel level, const std::string& line);

 private:
  LogOptions options_;
  std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace millrace
