#include "expression/functions/directive_reader.h"

#include <algorithm>
#include <cstdlib>

#include "expression/functions/unicode.h"

namespace millrace {
namespace {

constexpr std::int64_t kLargestWidth = 1'000'000;

void append_complaint(std::string& out, char32_t verb, std::string_view complaint) {
  out.append("%!");
  append_code_point(out, verb);
  out.append(complaint);
}

}  // namespace

bool DirectiveReader::next(std::string& out) {
  while (at_ < format_.size()) {
    const std::size_t percent = std::min(format_.find('%', at_), format_.size());
    out.append(format_.substr(at_, percent - at_));
    at_ = percent;
    if (at_ < format_.size() && read_directive(out)) return true;
  }
  return false;
}

// True when an argument is to be printed.
bool DirectiveReader::read_directive(std::string& out) {
  ++at_;
  directive_ = {};
  good_index_ = true;
  read_flags();
  read_index();
  read_width(out);
  read_precision(out);
  if (!after_index_) read_index();
  if (at_ >= format_.size()) {
    out.append("%!(NOVERB)");
    return false;
  }
  const CodePoint verb = decode_code_point(format_, at_);
  at_ += verb.bytes;
  directive_.verb = verb.value;
  if (verb.value == '%') {
    out.push_back('%');
    return false;
  }
  if (!good_index_) {
    append_complaint(out, verb.value, "(BADINDEX)");
    return false;
  }
  if (next_argument_ >= arguments_.count()) {
    append_complaint(out, verb.value, "(MISSING)");
    return false;
  }
  if (verb.value == 'v') {  // these flags then ask for a syntax, not for signs and alternate forms
    directive_.go_syntax = directive_.sharp;
    directive_.sharp = directive_.plus = false;
  }
  argument_ = next_argument_++;
  return true;
}

void DirectiveReader::read_flags() {
  for (; at_ < format_.size(); ++at_) {
    switch (format_[at_]) {
      case '#': directive_.sharp = true; break;
      case '+': directive_.plus = true; break;
      case ' ': directive_.space = true; break;
      case '0': directive_.zero = !directive_.minus; break;
      case '-':
        directive_.minus = true;
        directive_.zero = false;
        break;
      default: return;
    }
  }
}

// "[n]": the argument to take next, counted from 1.
void DirectiveReader::read_index() {
  after_index_ = false;
  if (!at('[')) return;
  reordered_ = true;
  constexpr std::size_t kShortest = 3;  // "[1]"
  const std::size_t close = format_.find(']', at_);
  if (close == std::string_view::npos || format_.size() - at_ < kShortest) {
    good_index_ = false;
    ++at_;
    return;
  }
  ++at_;
  const std::optional<int> index = read_number();
  const bool whole = index && at_ == close;
  at_ = close + 1;
  if (whole && *index >= 1 && static_cast<std::size_t>(*index) <= arguments_.count()) {
    next_argument_ = static_cast<std::size_t>(*index) - 1;
  } else {
    good_index_ = false;
  }
  after_index_ = whole;
}

void DirectiveReader::read_width(std::string& out) {
  if (!at('*')) {
    const std::optional<int> width = read_number();
    directive_.has_width = width.has_value();
    directive_.width = width.value_or(0);
    if (after_index_ && width) good_index_ = false;  // "%[3]2d"
    return;
  }
  ++at_;
  const std::optional<int> width = take_integer_argument();
  if (!width) out.append("%!(BADWIDTH)");
  directive_.has_width = width.has_value();
  directive_.width = std::abs(width.value_or(0));
  if (width && *width < 0) {
    directive_.minus = true;
    directive_.zero = false;
  }
  after_index_ = false;
}

void DirectiveReader::read_precision(std::string& out) {
  if (!at('.') || at_ + 1 >= format_.size()) return;
  ++at_;
  if (after_index_) good_index_ = false;  // "%[3].2d"
  read_index();
  if (!at('*')) {
    directive_.precision = read_number().value_or(0);
    directive_.has_precision = true;
    return;
  }
  ++at_;
  const std::optional<int> precision = take_integer_argument();
  directive_.has_precision = precision && *precision >= 0;
  directive_.precision = directive_.has_precision ? *precision : 0;
  if (!directive_.has_precision) out.append("%!(BADPREC)");
  after_index_ = false;
}

// A number too large ends the format: nothing behind it is read.
std::optional<int> DirectiveReader::read_number() {
  std::optional<int> number;
  for (; at_ < format_.size() && format_[at_] >= '0' && format_[at_] <= '9'; ++at_) {
    if (number.value_or(0) > kLargestWidth) {
      at_ = format_.size();
      return std::nullopt;
    }
    number = number.value_or(0) * 10 + (format_[at_] - '0');
  }
  return number;
}

std::optional<int> DirectiveReader::take_integer_argument() {
  if (next_argument_ >= arguments_.count()) return std::nullopt;
  const std::optional<std::int64_t> value = arguments_.integer(next_argument_++);
  if (!value || *value > kLargestWidth || *value < -kLargestWidth) return std::nullopt;
  return static_cast<int>(*value);
}

}  // namespace millrace
