// Reads a format of Go's fmt, "%-8d of %[1]*.3f", directive by directive, and keeps the books of
// arguments. What is wrong in a format becomes text in the result ("%!d(MISSING)"), never an error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "expression/functions/printing.h"

namespace millrace {

// The arguments of a format, as far as reading it needs them.
class FormatArguments {
 public:
  virtual std::size_t count() const = 0;
  // For "*": the argument where it is of an integer kind.
  virtual std::optional<std::int64_t> integer(std::size_t index) const = 0;

 protected:
  ~FormatArguments() = default;
};

class DirectiveReader {
 public:
  // Both outlive the reader.
  DirectiveReader(std::string_view format, const FormatArguments& arguments)
      : format_(format), arguments_(arguments) {}

  // Appends what stands before the next directive that prints an argument. True when there is one:
  // print argument() as directive() says.
  bool next(std::string& out);
  const Directive& directive() const { return directive_; }
  std::size_t argument() const { return argument_; }

  // After the end: arguments from this one on were not used; count() where all were.
  std::size_t first_unused() const { return reordered_ ? arguments_.count() : next_argument_; }

 private:
  bool read_directive(std::string& out);
  void read_flags();
  void read_index();
  void read_width(std::string& out);
  void read_precision(std::string& out);
  std::optional<int> read_number();
  std::optional<int> take_integer_argument();
  bool at(char c) const { return at_ < format_.size() && format_[at_] == c; }

  std::string_view format_;
  const FormatArguments& arguments_;
  std::size_t at_ = 0;
  std::size_t next_argument_ = 0;
  std::size_t argument_ = 0;
  Directive directive_;
  bool reordered_ = false;    // an index stood somewhere
  bool good_index_ = true;    // of this directive
  bool after_index_ = false;  // an index is the last thing read
};

}  // namespace millrace
