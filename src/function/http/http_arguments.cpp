#include "function/http/http_arguments.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>

#include "base/near.h"
#include "function/arguments.h"
#include "net/form_encoding.h"
#include "value/cast.h"
#include "value/json.h"

namespace millrace {
namespace {

constexpr const char* kForm = "application/x-www-form-urlencoded";

// Reads the arguments one after another and remembers the first error, so that a list of them is a
// list and not a ladder.
class ArgumentReader {
 public:
  ArgumentReader(Scope& step, const Arguments& arguments) : step_(step), arguments_(arguments) {}

  bool is_given(const char* name) const { return arguments_.find(name) != nullptr; }
  Task<void> text(const char* name, std::string& into) {
    const Value value = co_await get(name, Type::String);
    if (value.is_text()) into = std::string(value.as_text());
  }
  Task<void> limit(const char* name, std::optional<Nanos>& into) {
    const Value value = co_await get(name, Type::Duration);
    if (value.kind() == Value::Kind::duration) into = value.as_duration();
  }
  Task<void> flag(const char* name, bool& into) {
    const Value value = co_await get(name, Type::Boolean);
    if (value.is_boolean()) into = value.as_boolean();
  }
  Task<void> size(const char* name, std::optional<std::uint64_t>& into) {
    const Value value = co_await get(name, Type::UnsignedInteger);
    if (value.kind() == Value::Kind::unsigned_integer) into = value.as_unsigned();
  }
  Task<void> fields(const char* name, std::optional<Fields>& into) {
    const Value value = co_await get(name, Type::KVV);
    if (!value.has_dict()) co_return;
    into.emplace();
    for (const auto& entry : value.dict()) {
      for (const Value& item : entry.value.items()) {
        into->emplace_back(entry.key(), item.as_text());
      }
    }
  }
  Task<Value> get(const char* name, Type type) {
    if (failure_) co_return Value::absent();
    auto value = co_await arguments_.get(step_, name, type);
    if (value) co_return std::move(*value);
    failure_ = value.error();
    co_return Value::absent();
  }
  void fail(Error error) {
    if (!failure_) failure_ = std::move(error);
  }
  const std::optional<Error>& failure() const { return failure_; }

 private:
  Scope& step_;
  const Arguments& arguments_;
  std::optional<Error> failure_;
};

// A name that means nothing here is a typing mistake, and what was meant would not happen.
void check_fields(ArgumentReader& reader, const Arguments& arguments, const char* argument,
                  const Dict& vars, std::span<const std::string_view> known) {
  for (const auto& entry : vars) {
    if (std::ranges::find(known, entry.key()) != known.end()) continue;
    const auto near = nearest(entry.key(), known);
    reader.fail(arguments.invalid(
        argument, fmt::format("it has no field \"{}\": {}", entry.key(),
                              near ? fmt::format("did you mean \"{}\"?", *near)
                                   : fmt::format("there are {}", fmt::join(known, ", ")))));
  }
}

// A field of an argument of type Vars, cast; absent where it is not given.
Value field(ArgumentReader& reader, const Arguments& arguments, const char* argument,
            const Dict& vars, const char* name, Type type) {
  const Value* given = vars.find(name);
  if (given == nullptr || given->is_null()) return Value::absent();
  auto outcome = cast(*given, type);
  if (auto* value = std::get_if<Value>(&outcome)) return std::move(*value);
  const auto* error = std::get_if<Error>(&outcome);
  reader.fail(arguments.invalid(
      argument, fmt::format("its field \"{}\": {}", name,
                            error != nullptr ? error->message() : "a Reader is not taken here")));
  return Value::absent();
}

// What a part holds: a value, or a Reader.
Content part_content(ArgumentReader& reader, const Arguments& arguments, const std::string& name,
                     const Dict& part) {
  const auto given = [&part](const char* field) {
    const Value* value = part.find(field);
    return value == nullptr || value->is_null() ? nullptr : value;
  };
  const Value* stream = given("reader");
  const bool has_value = given("value") != nullptr;
  const auto refuse = [&](std::string_view why) -> Content {
    reader.fail(arguments.invalid("multipart", fmt::format("the part \"{}\" has {}", name, why)));
    return std::string();
  };
  if (stream == nullptr && !has_value) return refuse("neither a value nor a reader: give one");
  if (stream != nullptr && has_value) return refuse("both a value and a reader: give one");
  if (has_value) {
    const Value text = field(reader, arguments, "multipart", part, "value", Type::String);
    return text.is_text() ? std::string(text.as_text()) : std::string();
  }
  if (stream->is_reader()) return stream->as_reader();
  return refuse("a reader that is no Reader: give a text as its value");
}

Task<void> read_multipart(const Arguments& arguments, ArgumentReader& reader,
                          std::vector<Part>& parts) {
  if (!reader.is_given("multipart")) co_return;
  const Value items = co_await reader.get("multipart", Type::Array);
  if (!items.has_items()) co_return;
  for (const Value& item : items.items()) {
    if (!item.has_dict()) {
      reader.fail(arguments.invalid("multipart", "each part has a name, and a value or a reader"));
      co_return;
    }
    static constexpr std::string_view kFields[] = {"name", "value", "reader", "filename",
                                                   "contentType"};
    check_fields(reader, arguments, "multipart", item.dict(), kFields);
    const auto text = [&](const char* name) -> std::string {
      const Value found = field(reader, arguments, "multipart", item.dict(), name, Type::String);
      return found.is_text() ? std::string(found.as_text()) : std::string();
    };
    Part part{.name = text("name"),
              .content = {},
              .filename = text("filename"),
              .content_type = text("contentType")};
    if (part.name.empty()) reader.fail(arguments.invalid("multipart", "a part has no name"));
    part.content = part_content(reader, arguments, part.name, item.dict());
    parts.push_back(std::move(part));
  }
}

Task<void> read_body(Scope& step, FunctionContext context, const Arguments& arguments,
                     ArgumentReader& reader, HttpRequest& request) {
  std::optional<Fields> form;
  if (reader.is_given("form")) co_await reader.fields("form", form);
  co_await read_multipart(arguments, reader, request.parts);
  const Value* body = arguments.find("body");
  if (!request.parts.empty() && (form || body != nullptr)) {
    reader.fail(
        arguments.invalid("multipart", "give one of form, body and multipart, not several"));
    co_return;
  }
  if (form && body != nullptr) {
    reader.fail(arguments.invalid("form", "give either a form or a body, not both"));
    co_return;
  }
  if (form) {
    request.body = encode_form(std::move(*form));
    request.body_type = kForm;
    co_return;
  }
  if (body == nullptr) co_return;
  if (body->is_reader()) {
    request.body = body->as_reader();
  } else if (body->is_text()) {
    request.body = std::string(body->as_text());
  } else if (body->kind() == Value::Kind::bytes) {
    request.body = std::string(body->as_bytes());
  } else {
    request.body_type = "application/json";
    while (true) {
      auto json = to_json(*body);
      if (auto* written = std::get_if<std::string>(&json)) {
        request.body = std::move(*written);
        co_return;
      }
      if (auto* error = std::get_if<Error>(&json)) {
        reader.fail(arguments.invalid("body", error->message()));
        co_return;
      }
      auto drained = co_await context.effects.drain(step, std::get<Needs>(json).reader);
      if (!drained) {
        reader.fail(drained.error());
        co_return;
      }
    }
  }
}

Task<void> read_retry(const Arguments& arguments, ArgumentReader& reader, RetryRule& rule) {
  if (!reader.is_given("retry")) co_return;
  const Value vars = co_await reader.get("retry", Type::Vars);
  if (!vars.has_dict()) co_return;
  const auto get = [&](const char* name, Type type) {
    return field(reader, arguments, "retry", vars.dict(), name, type);
  };
  static constexpr std::string_view kFields[] = {"attempts", "backoff",  "maxBackoff",
                                                 "jitter",   "statuses", "retryUnsafe"};
  check_fields(reader, arguments, "retry", vars.dict(), kFields);
  rule.attempts = 3;
  if (const Value v = get("attempts", Type::Integer); v.is_integer()) {
    if (v.as_integer() < 1 || v.as_integer() > 100) {
      reader.fail(arguments.invalid("retry", "its field \"attempts\" must be from 1 to 100"));
      co_return;
    }
    rule.attempts = static_cast<int>(v.as_integer());
  }
  const auto length = [&](const char* name, Nanos& into) {
    const Value v = get(name, Type::Duration);
    if (v.kind() != Value::Kind::duration) return;
    into = v.as_duration();
    if (into < Nanos{0}) {
      reader.fail(arguments.invalid("retry", fmt::format("its field \"{}\" is negative", name)));
    }
  };
  length("backoff", rule.backoff);
  length("maxBackoff", rule.max_backoff);
  if (const Value v = get("jitter", Type::Float); v.is_float()) {
    rule.jitter = v.as_float();
    if (!(rule.jitter >= 0 && rule.jitter <= 1)) {
      reader.fail(arguments.invalid("retry", "its field \"jitter\" must be from 0 to 1"));
    }
  }
  if (const Value v = get("retryUnsafe", Type::Boolean); v.is_boolean())
    rule.unsafe = v.as_boolean();
  if (const Value v = get("statuses", Type::Array); v.has_items()) {
    rule.statuses.clear();
    for (const Value& item : v.items()) {
      auto status = cast(item, Type::Integer);
      if (const auto* value = std::get_if<Value>(&status)) {
        rule.statuses.push_back(static_cast<int>(value->as_integer()));
      } else {
        reader.fail(arguments.invalid("retry", "its field \"statuses\" must be a list of numbers"));
      }
    }
  }
}

Task<void> read_tls(const Arguments& arguments, ArgumentReader& reader, TlsOptions& tls) {
  if (!reader.is_given("tls")) co_return;
  const Value vars = co_await reader.get("tls", Type::Vars);
  if (!vars.has_dict()) co_return;
  static constexpr std::string_view kFields[] = {"verify", "caCertificate", "clientCertificate",
                                                 "clientKey", "minVersion"};
  check_fields(reader, arguments, "tls", vars.dict(), kFields);
  const auto text = [&](const char* name, std::string& into) {
    const Value v = field(reader, arguments, "tls", vars.dict(), name, Type::String);
    if (v.is_text()) into = std::string(v.as_text());
  };
  const Value verify = field(reader, arguments, "tls", vars.dict(), "verify", Type::Boolean);
  if (verify.is_boolean()) tls.verify = verify.as_boolean();
  text("caCertificate", tls.ca_certificate);
  text("clientCertificate", tls.client_certificate);
  text("clientKey", tls.client_key);
  text("minVersion", tls.min_version);
  if (!tls.min_version.empty() && tls.min_version != "1.2" && tls.min_version != "1.3") {
    reader.fail(arguments.invalid("tls", "its field \"minVersion\" must be \"1.2\" or \"1.3\""));
  }
}

// Most are not given, and asking for one is a coroutine or three.
Task<void> read_texts(ArgumentReader& reader, HttpRequest& request) {
  using Request = HttpRequest;
  static constexpr std::pair<const char*, std::string Request::*> kTexts[] = {
      {"url", &Request::url},
      {"method", &Request::method},
      {"headerAuthBearer", &Request::bearer},
      {"headerAuthUsername", &Request::user},
      {"headerAuthPassword", &Request::password},
      {"headerUserAgent", &Request::user_agent},
      {"headerContentType", &Request::content_type},
      {"proxy", &Request::proxy},
      {"idempotencyKey", &Request::idempotency_key}};
  for (const auto& [name, into] : kTexts) {
    if (reader.is_given(name)) co_await reader.text(name, request.*into);
  }
}

Task<void> read_limits(ArgumentReader& reader, HttpRequest& request) {
  using Request = HttpRequest;
  static constexpr std::pair<const char*, std::optional<Nanos> Request::*> kLimits[] = {
      {"timeout", &Request::timeout},
      {"connectTimeout", &Request::connect_timeout},
      {"firstByteTimeout", &Request::first_byte_timeout},
      {"idleTimeout", &Request::idle_timeout}};
  for (const auto& [name, into] : kLimits) {
    if (reader.is_given(name)) co_await reader.limit(name, request.*into);
  }
  if (reader.is_given("maxBodySize")) co_await reader.size("maxBodySize", request.max_body_size);
}

Task<void> read_flags(ArgumentReader& reader, HttpRequest& request) {
  using Request = HttpRequest;
  static constexpr std::pair<const char*, bool Request::*> kFlags[] = {
      {"followRedirects", &Request::follow_redirects},
      {"failOnStatus", &Request::fail_on_status},
      {"compressed", &Request::compressed}};
  for (const auto& [name, into] : kFlags) {
    if (reader.is_given(name)) co_await reader.flag(name, request.*into);
  }
}

Task<void> read_rest(ArgumentReader& reader, HttpRequest& request) {
  co_await read_texts(reader, request);
  co_await read_limits(reader, request);
  co_await read_flags(reader, request);
  if (reader.is_given("params")) co_await reader.fields("params", request.params);
  std::optional<Fields> headers;
  if (reader.is_given("headers")) co_await reader.fields("headers", headers);
  if (!headers) co_return;
  for (auto& [name, value] : *headers) request.headers.push_back({name, value});
}

// The same however often this execution of the step is tried, another in the next pass of a loop.
std::string key_of(const FunctionCall& call) {
  return fmt::format("millrace-{:016x}-{}", call.session, call.execution);
}

}  // namespace

Task<Result<HttpRequest>> http_request_of(Scope& step, FunctionContext context,
                                          const FunctionCall& call) {
  HttpRequest request;
  request.opened_by = "step " + call.step;
  const Arguments arguments(call, context.effects);
  ArgumentReader reader(step, arguments);
  co_await read_rest(reader, request);
  if (request.idempotency_key == "auto") request.idempotency_key = key_of(call);
  co_await read_retry(arguments, reader, request.retry);
  if (call.is_retried) request.retry.attempts = 1;
  co_await read_tls(arguments, reader, request.tls);
  co_await read_body(step, context, arguments, reader, request);
  if (reader.failure()) co_return *reader.failure();
  if (request.url.empty()) {
    co_return arguments.invalid("url", "it is missing or empty: say where to send the request");
  }
  co_return request;
}

}  // namespace millrace
