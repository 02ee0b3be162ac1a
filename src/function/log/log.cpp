#include "function/log/log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_color_sinks.h>

namespace millrace {
namespace {

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warn: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
  }
  return spdlog::level::err;
}

}  // namespace

Log::Log(LogOptions options) : options_(std::move(options)) {
  if (options_.sink) return;
  // Colour only where standard error is a terminal.
  logger_ = std::make_shared<spdlog::logger>(
      "workflow", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
  logger_->set_level(to_spdlog(options_.level));
  logger_->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %v");
}

void Log::write(LogLevel level, const std::string& line) {
  if (level < options_.level) return;
  if (options_.sink) {
    options_.sink(level, line);
  } else {
    logger_->log(to_spdlog(level), line);
  }
}

}  // namespace millrace
