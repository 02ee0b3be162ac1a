// Reading plain JSON: Boost.JSON finds the parts, the values are made here, numbers from their text
// (its own conversion is not exact in the last digit).
#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <limits>
#include <utility>
#include <vector>

#include "value/json.h"
#include "value/number_text.h"

namespace millrace {
namespace {

namespace json = boost::json;

// Builds a value from the parser's events. Called back by Boost.JSON, which asks for these names.
class Builder {
 public:
  static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_array_size = max_object_size;
  static constexpr std::size_t max_key_size = max_object_size;
  static constexpr std::size_t max_string_size = max_object_size;

  Builder(bool keeps_integers, JsonBudget* budget)
      : keeps_integers_(keeps_integers), budget_(budget) {}

  Value take() { return std::move(result_); }

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

  bool on_object_begin(json::error_code& error) { return open(true, error); }
  bool on_object_end(std::size_t, json::error_code& error) {
    Value map = Value::map(std::move(open_.back().dict));
    return close(std::move(map), error);
  }
  bool on_array_begin(json::error_code& error) { return open(false, error); }
  bool on_array_end(std::size_t, json::error_code& error) {
    Value list = Value::list(std::move(open_.back().items));
    return close(std::move(list), error);
  }

  bool on_key_part(json::string_view part, std::size_t, json::error_code&) { return gather(part); }
  bool on_key(json::string_view part, std::size_t, json::error_code& error) {
    open_.back().key = text_with(part);
    return spend(kEntry + beyond_handle(open_.back().key), error);
  }
  bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
    return gather(part);
  }
  bool on_string(json::string_view part, std::size_t, json::error_code& error) {
    Value text = text_with(part);
    const std::uint64_t size = beyond_handle(text);
    return spend(size, error) && add(std::move(text), error);
  }
  bool on_bool(bool content, json::error_code& error) {
    return add(Value::boolean(content), error);
  }
  bool on_null(json::error_code& error) { return add(Value::null(), error); }

  bool on_number_part(json::string_view part, json::error_code&) { return gather(part); }
  bool on_int64(std::int64_t number, json::string_view part, json::error_code& error) {
    // -0 is a float: no integer has that sign.
    const char first = gathered_.empty() ? part.front() : gathered_.front();
    const bool is_negative_zero = number == 0 && first == '-';
    if (!keeps_integers_ || is_negative_zero) return on_double(0, part, error);
    gathered_.clear();
    return add(Value::integer(number), error);
  }
  bool on_uint64(std::uint64_t number, json::string_view part, json::error_code& error) {
    if (!keeps_integers_) return on_double(0, part, error);
    gathered_.clear();
    return add(Value::unsigned_integer(number), error);
  }
  bool on_double(double, json::string_view part, json::error_code& error) {
    gather(part);
    const auto number = parse_float_text(gathered_);
    gathered_.clear();
    if (!number) {
      error = json::error::exponent_overflow;
      return false;
    }
    return add(Value::floating(*number), error);
  }

 private:
  struct Open {
    bool is_object;
    Dict dict;
    Value key;
    Value::Items items;
  };

  // Memory that a part takes, about: a list grows in steps, a map holds nodes with room in them.
  static constexpr std::uint64_t kItem = 24;
  static constexpr std::uint64_t kEntry = 24;  // in addition
  static constexpr std::uint64_t kNode = 64;   // of a container, or a text too long for its handle

  static std::uint64_t beyond_handle(const Value& text) {
    return text.identity() == nullptr ? 0 : kNode + text.as_text().size();
  }

  bool spend(std::uint64_t bytes, json::error_code& error, std::uint64_t parts = 0) {
    if (budget_ == nullptr) return true;
    if (bytes > budget_->bytes || parts > budget_->parts) {
      budget_->ran_out = true;
    } else {
      budget_->bytes -= bytes;
      budget_->parts -= parts;
      if (!budget_->is_stopped()) return true;
    }
    error = json::error::exception;  // what it says is said by whoever looks at the budget
    return false;
  }
  bool open(bool is_object, json::error_code& error) {
    open_.push_back({is_object, {}, {}, {}});
    return spend(kNode, error);
  }
  bool close(Value value, json::error_code& error) {
    open_.pop_back();
    return add(std::move(value), error);
  }
  bool add(Value value, json::error_code& error) {
    if (!spend(kItem, error, 1)) return false;
    if (open_.empty()) {
      result_ = std::move(value);
    } else if (open_.back().is_object) {
      open_.back().dict.set(open_.back().key, std::move(value));
    } else {
      open_.back().items.push_back(std::move(value));
    }
    return true;
  }
  bool gather(json::string_view part) {
    gathered_.append(part.data(), part.size());
    return true;
  }
  Value text_with(json::string_view part) {
    if (gathered_.empty()) return Value::text(std::string_view(part.data(), part.size()));
    gather(part);
    return Value::text(std::exchange(gathered_, {}));
  }

  bool keeps_integers_;
  JsonBudget* budget_;  // nullptr: none
  std::vector<Open> open_;
  std::string gathered_;  // of a text or number that comes in parts
  Value result_;
};

std::string complaint(std::string_view text, std::size_t at, json::error_code error) {
  if (error == json::error::incomplete) return "it ends too early";
  if (error == json::error::extra_data) return "something follows after the end of the value";
  if (error == json::error::exponent_overflow) return "the number is too large";
  if (error != json::error::syntax || at >= text.size()) return error.message();
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < ' ') return "a control character is not allowed here: write it as an escape";
  return "the character '" + std::string(1, text[at]) + "' is not expected here";
}

Error json_error(std::string_view text, std::size_t at, json::error_code error) {
  at = std::min(at, text.size());
  const std::string_view before = text.substr(0, at);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t begin = before.rfind('\n') + 1;  // npos + 1 is 0
  const auto is_code_point = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  const auto column = std::count_if(before.begin() + static_cast<std::ptrdiff_t>(begin),
                                    before.end(), is_code_point) +
                      1;
  const bool is_too_deep = error == json::error::too_deep;
  return Error(is_too_deep ? ErrorKind::exhausted : ErrorKind::invalid,
               "bad JSON at line " + std::to_string(line) + ", column " + std::to_string(column) +
                   ": " +
                   (is_too_deep ? "it nests deeper than is allowed" : complaint(text, at, error)));
}

Result<Value> parse(std::string_view text, const JsonLimits& limits, bool keeps_integers,
                    JsonBudget* budget = nullptr) {
  if (text.size() > limits.bytes) {
    return Error(ErrorKind::exhausted, "the JSON text has " + std::to_string(text.size()) +
                                           " bytes, more than the " + std::to_string(limits.bytes) +
                                           " that are allowed");
  }
  json::parse_options options;
  options.max_depth = limits.depth;
  options.allow_invalid_utf8 = true;  // texts keep their bytes as they are
  const auto bytes = budget != nullptr ? budget->bytes : 0;
  const auto parts = budget != nullptr ? budget->parts : 0;
  json::basic_parser<Builder> parser(options, keeps_integers, budget);
  json::error_code error;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
  if (!error && read < text.size()) error = json::error::extra_data;
  if (error && budget != nullptr && budget->ran_out) {
    return Error(ErrorKind::exhausted,
                 budget->parts == 0
                     ? "the JSON text has more than " + std::to_string(parts) +
                           " parts, the most that one step may make (setting step.operations)"
                     : "the values in the JSON text take more than " + std::to_string(bytes) +
                           " bytes, the most that one step may make (setting step.memory)");
  }
  if (error && budget != nullptr && budget->is_stopped()) {
    return Error(ErrorKind::canceled, "nobody wants the values in the JSON text any more");
  }
  if (error) return json_error(text, read, error);
  return parser.handler().take();
}

}  // namespace

Result<Value> parse_json(std::string_view text, const JsonLimits& limits) {
  return parse(text, limits, false);
}

Result<Value> parse_json(std::string_view text, JsonBudget& budget, const JsonLimits& limits) {
  return parse(text, limits, false, &budget);
}

Result<Value> parse_exact_json(std::string_view text, const JsonLimits& limits) {
  return parse(text, limits, true);
}

}  // namespace millrace
