#include "api/api_request.h"

#include <fmt/format.h>

#include <charconv>

#include "base/duration.h"
#include "net/form_encoding.h"
#include "value/json.h"

namespace millrace {
namespace {

std::optional<std::uint64_t> number_in(const Value& value) {
  if (value.is_text()) return whole_number(value.as_text());
  if (value.kind() == Value::Kind::unsigned_integer) return value.as_unsigned();
  if (!value.is_integer() || value.as_integer() < 0) return std::nullopt;
  return static_cast<std::uint64_t>(value.as_integer());
}

// Deep enough for any input, and little enough to read.
constexpr JsonLimits kBody{.bytes = std::size_t{64} << 20U, .depth = 250};

Error wrong(std::string_view name, std::string_view what) {
  return {ErrorKind::invalid, fmt::format("parameter \"{}\" must be {}", name, what)};
}

const std::string* of_query(const ApiRequest& request, std::string_view name) {
  for (const auto& [key, value] : request.query) {
    if (key == name) return &value;
  }
  return nullptr;
}

const Value* of_body(const ApiRequest& request, std::string_view name) {
  const Value* value = request.body.find(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

Result<void> add_numbers(std::string_view name, std::string_view list,
                         std::vector<std::uint64_t>& into) {
  while (true) {
    const std::size_t comma = list.find(',');
    const auto number = whole_number(list.substr(0, comma));
    if (!number) return wrong(name, "whole numbers");
    into.push_back(*number);
    if (comma == std::string_view::npos) return {};
    list.remove_prefix(comma + 1);
  }
}

}  // namespace

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, failed] = std::from_chars(text.data(), end, number);
  if (failed != std::errc() || stop != end || text.empty()) return std::nullopt;
  return number;
}

Result<std::optional<std::string>> ApiRequest::text(std::string_view name) const {
  if (const Value* value = of_body(*this, name)) {
    if (value->is_text()) return std::optional<std::string>(value->as_text());
    if (const auto number = number_in(*value)) {
      return std::optional<std::string>(std::to_string(*number));
    }
    return wrong(name, "a text");
  }
  const std::string* value = of_query(*this, name);
  return value == nullptr ? std::nullopt : std::optional<std::string>(*value);
}

Result<bool> ApiRequest::flag(std::string_view name) const {
  if (const Value* value = of_body(*this, name); value != nullptr && value->is_boolean()) {
    return value->as_boolean();
  }
  MILLRACE_TRY_ASSIGN(given, text(name));
  if (!given || *given == "false" || *given == "0" || given->empty()) return false;
  if (*given == "true" || *given == "1") return true;
  return wrong(name, "true or false");
}

Result<std::optional<std::uint64_t>> ApiRequest::number(std::string_view name) const {
  MILLRACE_TRY_ASSIGN(given, text(name));
  if (!given || given->empty()) return std::optional<std::uint64_t>();
  const auto number = whole_number(*given);
  if (!number) return wrong(name, "a whole number");
  return number;
}

Result<std::optional<Nanos>> ApiRequest::duration(std::string_view name) const {
  MILLRACE_TRY_ASSIGN(given, text(name));
  if (!given || given->empty()) return std::optional<Nanos>();
  auto length = parse_duration(*given);
  if (!length) return length.error().at(fmt::format("parameter \"{}\"", name));
  if (*length <= Nanos{0}) return wrong(name, "longer than 0");
  return std::optional<Nanos>(*length);
}

Result<std::vector<std::uint64_t>> ApiRequest::numbers(std::string_view name) const {
  std::vector<std::uint64_t> numbers;
  for (const auto& [key, value] : query) {
    const bool is_it = key == name || (key.size() == name.size() + 2 && key.starts_with(name) &&
                                       key.ends_with("[]"));
    if (is_it && !value.empty()) MILLRACE_TRY(add_numbers(name, value, numbers));
  }
  return numbers;
}

Result<std::uint64_t> ApiRequest::path_id(std::size_t index, std::string_view name) const {
  const auto id = whole_number(path[index]);
  if (!id || *id == 0) {
    return Error(ErrorKind::invalid,
                 fmt::format("\"{}\" in the path is no {}: an ID is a number", path[index], name));
  }
  return *id;
}

Result<ApiRequest> read_api_request(ServerRequest http) {
  ApiRequest request;
  request.http = std::move(http);
  const std::string& target = request.http.target;
  if (const std::size_t mark = target.find('?'); mark != std::string::npos) {
    auto fields = decode_form(std::string_view(target).substr(mark + 1));
    if (!fields) return fields.error().at("the query");
    request.query = std::move(*fields);
  }
  if (request.http.body.empty()) return request;
  auto body = parse_exact_json(request.http.body, kBody);
  if (!body) {
    // Also what is nested too deep: asking again would not help.
    return Error(ErrorKind::invalid, body.error().message()).at("the request's body");
  }
  if (!body->is_map()) {
    return Error(ErrorKind::invalid, "the request's body must be a JSON object");
  }
  request.body = body->dict();
  return request;
}

}  // namespace millrace
