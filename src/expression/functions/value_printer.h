// Values in the notation of Go's formatting verbs: lists and maps apply the verb to what they hold.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "expression/functions/arguments.h"
#include "expression/functions/printing.h"

namespace millrace {

// Prints arguments into one text, and pays for it as it grows.
class ValuePrinter {
 public:
  ValuePrinter(Fuel& fuel, std::string& out) : fuel_(fuel), out_(out) {}

  void print(const Directive& directive, const Value& value);
  // The arguments that no directive has used.
  void print_unused(Arguments values);
  bool is_dry() const { return is_dry_; }
  bool pay(std::uint64_t bytes) {
    is_dry_ = is_dry_ || !fuel_.spend(1) || !pay_for_text(fuel_, bytes);
    return !is_dry_;
  }

 private:
  bool print_scalar(const Directive& directive, const Value& value);
  bool print_kind(const Directive& directive, const Value& value);
  void print_part(const Directive& directive, const Value& value);
  void print_bytes(const Directive& directive, const Value& value);
  void print_items(const Directive& directive, const Value& list);
  void print_entries(const Directive& directive, const Value& container);
  void print_misfit(const Directive& directive, std::string_view type, const Value& value);
  void print_text_of(const Directive& directive, const Value& value);

  Fuel& fuel_;
  std::string& out_;
  bool is_dry_ = false;
  bool in_misfit_ = false;  // a Duration shows as a number then
};

}  // namespace millrace
