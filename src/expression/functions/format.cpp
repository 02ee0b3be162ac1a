#include <optional>
#include <string>

#include "expression/functions/arguments.h"
#include "expression/functions/declare.h"
#include "expression/functions/directive_reader.h"
#include "expression/functions/families.h"
#include "expression/functions/value_printer.h"

namespace millrace {
namespace {

class ValueArguments final : public FormatArguments {
 public:
  explicit ValueArguments(Arguments values) : values_(values) {}
  std::size_t count() const override { return values_.size(); }
  std::optional<std::int64_t> integer(std::size_t index) const override {
    const Value& value = values_[index];
    switch (value.kind()) {
      case Kind::integer:
      case Kind::host_int: return value.as_integer();
      case Kind::unsigned_integer: return static_cast<std::int64_t>(value.as_unsigned());
      case Kind::duration: return value.as_duration().count();
      default: return std::nullopt;
    }
  }

 private:
  Arguments values_;
};

// The first Reader among the arguments whose content is not there yet.
const Ref<Reader>* missing_reader(Arguments values) {
  for (const Value& value : values) {
    if (value.is_reader() && !value.as_reader()->drained()) return &value.as_reader();
  }
  return nullptr;
}

Outcome format(EvaluationContext& context, Arguments arguments) {
  const std::string_view pattern = arguments[0].as_text();
  const Arguments values = arguments.subspan(1);
  if (const Ref<Reader>* const reader = missing_reader(values)) return Needs{*reader};
  const ValueArguments counted(values);
  std::string out;
  ValuePrinter printer(context.fuel, out);
  if (!printer.pay(2 * pattern.size())) return context.fuel.exhausted();
  out.reserve(pattern.size() + 16 * values.size());
  DirectiveReader reader(pattern, counted);
  while (reader.next(out)) {
    printer.print(reader.directive(), values[reader.argument()]);
    if (printer.is_dry()) return context.fuel.exhausted();
  }
  if (reader.first_unused() < values.size())
    printer.print_unused(values.subspan(reader.first_unused()));
  if (printer.is_dry()) return context.fuel.exhausted();
  return text(std::move(out));
}

constexpr std::string_view kFamily = "text";
constexpr Parameter kFormat[] = {{"pattern", ParameterKind::text},
                                 {"values", ParameterKind::anything}};

constexpr Function kFunctions[] = {
    declare(
        kFamily, "format", repeating(kFormat), "text", format,
        {"The pattern with its directives replaced by the values: %v any value, %s text, %d whole "
         "numbers (number literals are Float: write %v, or %.0f), %.2f, %e, %g, %q, %x, with "
         "flags, "
         "widths and %[n] as in Go. What does not fit shows in the text, as `%!d(float64=5)`.",
         "format(\"%s costs %.2f\", \"tea\", 2.5)", "tea costs 2.50"}),
};

}  // namespace

std::span<const Function> format_functions() { return kFunctions; }

}  // namespace millrace
