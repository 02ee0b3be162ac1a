#include "script/script_error.h"

#include <fmt/format.h>
#include <js/ErrorReport.h>
#include <js/Exception.h>
#include <jsapi.h>

#include <algorithm>

namespace millrace::script {
namespace {

struct Place {
  std::uint32_t line;
  std::uint32_t column;
};

Place end_of(std::string_view source) {
  const auto lines = std::count(source.begin(), source.end(), '\n');
  const std::size_t last = source.rfind('\n');
  const std::size_t begin = last == std::string_view::npos ? 0 : last + 1;
  return {static_cast<std::uint32_t>(lines) + 1,
          static_cast<std::uint32_t>(source.size() - begin) + 1};
}

// No longer than an answer may say, and no half of a character at the end.
std::string shortened(std::string text) {
  if (text.size() <= kMessageBytes) return text;
  std::size_t end = kMessageBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  return text;
}

}  // namespace

void describe_exception(JSContext* cx, std::string_view source, Answer& answer) {
  answer.kind = Answer::Kind::failed;
  answer.message = "the script failed";
  JS::ExceptionStack thrown(cx);
  JS::ErrorReportBuilder report(cx);
  if (!JS::StealPendingExceptionStack(cx, &thrown) ||
      !report.init(cx, thrown, JS::ErrorReportBuilder::NoSideEffects)) {
    JS_ClearPendingException(cx);
    return;
  }
  const JSErrorReport* facts = report.report();
  answer.message = shortened(report.toStringResult().c_str());
  if (facts->exnType == JSEXN_INTERNALERR) answer.kind = Answer::Kind::recursion;
  const Place end = end_of(source);
  if (facts->lineno == 0 && facts->column == 0) return;
  answer.line = facts->lineno;
  // Where the source cannot be read, the engine counts columns from 0.
  answer.column = facts->column + (facts->exnType == JSEXN_SYNTAXERR ? 1 : 0);
  if (answer.line <= end.line) return;
  // The brace that the engine puts behind the source is where it found that something is missing.
  answer.line = end.line;
  answer.column = end.column;
}

}  // namespace millrace::script
