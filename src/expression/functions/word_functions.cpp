#include "expression/functions/arguments.h"
#include "expression/functions/declare.h"
#include "expression/functions/families.h"
#include "expression/functions/words.h"

namespace millrace {
namespace {

constexpr std::size_t kGrowth = 3;  // title case of "ǰ" and the like, U+FFFD for a broken byte

Outcome to_text(Result<std::string> result) {
  if (!result) return result.error();
  return text(std::move(*result));
}

template <auto kChange>
Outcome change(EvaluationContext& context, Arguments arguments) {
  const std::string_view content = arguments[0].as_text();
  if (!pay_for_text(context, kGrowth * content.size())) return context.fuel.exhausted();
  return to_text(kChange(content));
}

Outcome shorten(EvaluationContext& context, Arguments arguments) {
  const std::string_view content = arguments[0].as_text();
  if (!pay_for_text(context, kGrowth * content.size())) return context.fuel.exhausted();
  const std::int64_t count = truncated(arguments[2].as_float());
  return to_text(arguments[1].as_text() == "char" ? shorten_bytes(content, count)
                                                  : shorten_words(content, count));
}

constexpr std::string_view kFamily = "text";
constexpr Parameter kText[] = {{"text", ParameterKind::text}};
constexpr Parameter kShorten[] = {
    {"text", ParameterKind::text}, {"unit", ParameterKind::text}, {"count", ParameterKind::number}};

constexpr Function kFunctions[] = {
    declare(kFamily, "title", all_of(kText), "text", change<title>,
            {"The first word with a capital, then a space and the rest, also where there is none.",
             "title(\"hello world\")", "Hello world"}),
    declare(
        kFamily, "untitle", all_of(kText), "text", change<untitle>,
        {"The first letter in lower case; a space follows the first word, also where nothing else "
         "does.",
         "untitle(\"Hello World\")", "hello World"}),
    declare(kFamily, "camelize", all_of(kText), "text", change<camelize>,
            {"The words joined with capitals, the first one without; a space follows.",
             "camelize(\"first name\")", "firstName "}),
    declare(
        kFamily, "snakify", all_of(kText), "text", change<snakify>,
        {"The text in lower case with `_` for spaces.", "snakify(\"First Name\")", "first_name"}),
    declare(kFamily, "shorten", all_of(kShorten), "text", shorten,
            {"The first so many bytes (unit \"char\") or words (any other unit), then \" …\". More "
             "bytes "
             "than there are give \"\", more words an error.",
             "shorten(\"one two three\", \"word\", 2)", "one two …"}),
};

}  // namespace

std::span<const Function> word_functions() { return kFunctions; }

}  // namespace millrace
