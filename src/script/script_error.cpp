#include "script/script_error.h"

#include <fmt/format.h>
#include <js/ErrorReport.h>
#include <js/Exception.h>
#include <jsapi.h>

#include <algorithm>

#include "script/from_script.h"
#include "value/json.h"

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

// What a script threw that is no Error: a text as it is, anything else as JSON.
std::string thrown_value(JSContext* cx, JS::HandleValue thrown) {
  constexpr std::uint64_t kShown = 1024;
  if (thrown.isUndefined()) return "it threw undefined";
  if (auto value = FromScript(cx, kShown).read(thrown)) {
    if (value->is_text()) return "it threw " + std::string(value->as_text());
    auto json = to_json(*value, kShown);
    if (const auto* text = std::get_if<std::string>(&json)) return "it threw " + *text;
  }
  JS_ClearPendingException(cx);
  return "it threw an object that is no Error";
}

bool is_error(JSContext* cx, JS::HandleValue thrown) {
  if (!thrown.isObject()) return false;
  const JS::RootedObject object(cx, &thrown.toObject());
  return JS_ErrorFromException(cx, object) != nullptr;
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
  const bool has_facts = is_error(cx, thrown.exception());
  answer.message =
      shortened(has_facts ? report.toStringResult().c_str() : thrown_value(cx, thrown.exception()));
  if (has_facts && facts->exnType == JSEXN_INTERNALERR) answer.kind = Answer::Kind::recursion;
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
