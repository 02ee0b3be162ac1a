#include "function/http/http_arguments.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>

#include "base/near.h"
#include "engine/piece_reader.h"
#include "function/arguments.h"
#include "net/form_encoding.h"
#include "value/cast.h"
#include "value/json.h"

namespace millrace {
namespace {

constexpr const char* kForm = "application/x-www-form-urlencoded";

// Reads the arguments one after another and remembers the first error, so that a list of them is a
// list and not a ladder. Where one is a stream whose content is wanted it stops there: that is to
// be drained, and all of them read again.
class ArgumentReader {
 public:
  explicit ArgumentReader(const Arguments& arguments)
      : arguments_(arguments), unread_(arguments.count()) {}

  // Each is to be asked for once: most steps give a few only, and the rest is not looked for.
  const Value* find(const char* name) {
    const Value* const given = unread_ == 0 ? nullptr : arguments_.find(name);
    if (given != nullptr) --unread_;
    return given;
  }
  void text(const char* name, std::string& into) {
    const Value value = get(name, Type::String);
    if (value.is_text()) into = std::string(value.as_text());
  }
  void limit(const char* name, std::optional<Nanos>& into) {
    const Value value = get(name, Type::Duration);
    if (value.kind() == Value::Kind::duration) into = value.as_duration();
  }
  void flag(const char* name, bool& into) {
    const Value value = get(name, Type::Boolean);
    if (value.is_boolean()) into = value.as_boolean();
  }
  void size(const char* name, std::optional<std::uint64_t>& into) {
    const Value value = get(name, Type::UnsignedInteger);
    if (value.kind() == Value::Kind::unsigned_integer) into = value.as_unsigned();
  }
  void fields(const char* name, std::optional<Fields>& into) {
    const Value value = get(name, Type::KVV);
    if (!value.has_dict()) return;
    into.emplace();
    for (const auto& entry : value.dict()) {
      for (const Value& item : entry.value.items()) {
        into->emplace_back(entry.key(), item.as_text());
      }
    }
  }
  Value get(const char* name, Type type) {
    if (failure_ || needed_ || find(name) == nullptr) return Value::absent();
    auto outcome = arguments_.cast_to(name, type);
    if (auto* value = std::get_if<Value>(&outcome)) return std::move(*value);
    if (auto* error = std::get_if<Error>(&outcome)) {
      failure_ = std::move(*error);
    } else {
      need(std::get<Needs>(outcome));
    }
    return Value::absent();
  }
  void fail(Error error) {
    if (!failure_ && !needed_) failure_ = std::move(error);
  }
  // For a mistake in that argument.
  void refuse(const char* name, std::string_view why) { fail(arguments_.invalid(name, why)); }
  void need(const Needs& needs) {
    if (!failure_ && !needed_) needed_ = needs.reader;
  }
  const std::optional<Error>& failure() const { return failure_; }
  const Ref<Reader>& needed() const { return needed_; }

 private:
  const Arguments& arguments_;
  std::size_t unread_;  // of those that are given
  std::optional<Error> failure_;
  Ref<Reader> needed_;  // none: nothing
};

// A name that means nothing here is a typing mistake, and what was meant would not happen.
void check_fields(ArgumentReader& reader, const char* argument, const Dict& vars,
                  std::span<const std::string_view> known) {
  for (const auto& entry : vars) {
    if (std::ranges::find(known, entry.key()) != known.end()) continue;
    const auto near = nearest(entry.key(), known);
    reader.refuse(argument,
                  fmt::format("it has no field \"{}\": {}", entry.key(),
                              near ? fmt::format("did you mean \"{}\"?", *near)
                                   : fmt::format("there are {}", fmt::join(known, ", "))));
  }
}

// A field of an argument of type Vars, cast; absent where it is not given.
Value field(ArgumentReader& reader, const char* argument, const Dict& vars, const char* name,
            Type type) {
  const Value* given = vars.find(name);
  if (given == nullptr || given->is_null()) return Value::absent();
  auto outcome = cast(*given, type);
  if (auto* value = std::get_if<Value>(&outcome)) return std::move(*value);
  const auto* error = std::get_if<Error>(&outcome);
  reader.refuse(argument,
                fmt::format("its field \"{}\": {}", name,
                            error != nullptr ? error->message() : "a Reader is not taken here"));
  return Value::absent();
}

// What a part holds: a value, or a Reader.
Content part_content(ArgumentReader& reader, const std::string& name, const Dict& part) {
  const auto given = [&part](const char* field) {
    const Value* value = part.find(field);
    return value == nullptr || value->is_null() ? nullptr : value;
  };
  const Value* stream = given("reader");
  const bool has_value = given("value") != nullptr;
  const auto refuse = [&](std::string_view why) -> Content {
    reader.refuse("multipart", fmt::format("the part \"{}\" has {}", name, why));
    return std::string();
  };
  if (stream == nullptr && !has_value) return refuse("neither a value nor a reader: give one");
  if (stream != nullptr && has_value) return refuse("both a value and a reader: give one");
  if (has_value) {
    const Value text = field(reader, "multipart", part, "value", Type::String);
    return text.is_text() ? std::string(text.as_text()) : std::string();
  }
  if (stream->is_reader()) return stream->as_reader();
  return refuse("a reader that is no Reader: give a text as its value");
}

void read_multipart(ArgumentReader& reader, std::vector<Part>& parts) {
  const Value items = reader.get("multipart", Type::Array);
  if (!items.has_items()) return;
  for (const Value& item : items.items()) {
    if (!item.has_dict()) {
      reader.refuse("multipart", "each part has a name, and a value or a reader");
      return;
    }
    static constexpr std::string_view kFields[] = {"name", "value", "reader", "filename",
                                                   "contentType"};
    check_fields(reader, "multipart", item.dict(), kFields);
    const auto text = [&](const char* name) -> std::string {
      const Value found = field(reader, "multipart", item.dict(), name, Type::String);
      return found.is_text() ? std::string(found.as_text()) : std::string();
    };
    Part part{.name = text("name"),
              .content = {},
              .filename = text("filename"),
              .content_type = text("contentType")};
    if (part.name.empty()) reader.refuse("multipart", "a part has no name");
    part.content = part_content(reader, part.name, item.dict());
    parts.push_back(std::move(part));
  }
}

void read_body(ArgumentReader& reader, HttpRequest& request) {
  std::optional<Fields> form;
  reader.fields("form", form);
  read_multipart(reader, request.parts);
  const Value* body = reader.find("body");
  if (!request.parts.empty() && (form || body != nullptr)) {
    reader.refuse("multipart", "give one of form, body and multipart, not several");
    return;
  }
  if (form && body != nullptr) {
    reader.refuse("form", "give either a form or a body, not both");
    return;
  }
  if (form) {
    request.body = encode_form(std::move(*form));
    request.body_type = kForm;
    return;
  }
  if (body == nullptr) return;
  if (body->is_reader()) {
    request.body = body->as_reader();
  } else if (body->is_text()) {
    request.body = std::string(body->as_text());
  } else if (body->kind() == Value::Kind::bytes) {
    request.body = std::string(body->as_bytes());
  } else {
    request.body_type = "application/json";
    auto json = to_json(*body);
    if (auto* written = std::get_if<std::string>(&json)) {
      request.body = std::move(*written);
    } else if (auto* error = std::get_if<Error>(&json)) {
      reader.refuse("body", error->message());
    } else {
      reader.need(std::get<Needs>(json));
    }
  }
}

void read_retry(ArgumentReader& reader, RetryRule& rule) {
  const Value vars = reader.get("retry", Type::Vars);
  if (!vars.has_dict()) return;
  const auto get = [&](const char* name, Type type) {
    return field(reader, "retry", vars.dict(), name, type);
  };
  static constexpr std::string_view kFields[] = {"attempts", "backoff",  "maxBackoff",
                                                 "jitter",   "statuses", "retryUnsafe"};
  check_fields(reader, "retry", vars.dict(), kFields);
  rule.attempts = 3;
  if (const Value v = get("attempts", Type::Integer); v.is_integer()) {
    if (v.as_integer() < 1 || v.as_integer() > 100) {
      reader.refuse("retry", "its field \"attempts\" must be from 1 to 100");
      return;
    }
    rule.attempts = static_cast<int>(v.as_integer());
  }
  const auto length = [&](const char* name, Nanos& into) {
    const Value v = get(name, Type::Duration);
    if (v.kind() != Value::Kind::duration) return;
    into = v.as_duration();
    if (into < Nanos{0}) {
      reader.refuse("retry", fmt::format("its field \"{}\" is negative", name));
    }
  };
  length("backoff", rule.backoff);
  length("maxBackoff", rule.max_backoff);
  if (const Value v = get("jitter", Type::Float); v.is_float()) {
    rule.jitter = v.as_float();
    if (!(rule.jitter >= 0 && rule.jitter <= 1)) {
      reader.refuse("retry", "its field \"jitter\" must be from 0 to 1");
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
        reader.refuse("retry", "its field \"statuses\" must be a list of numbers");
      }
    }
  }
}

void read_tls(ArgumentReader& reader, TlsOptions& tls) {
  const Value vars = reader.get("tls", Type::Vars);
  if (!vars.has_dict()) return;
  static constexpr std::string_view kFields[] = {"verify", "caCertificate", "clientCertificate",
                                                 "clientKey", "minVersion"};
  check_fields(reader, "tls", vars.dict(), kFields);
  const auto text = [&](const char* name, std::string& into) {
    const Value v = field(reader, "tls", vars.dict(), name, Type::String);
    if (v.is_text()) into = std::string(v.as_text());
  };
  const Value verify = field(reader, "tls", vars.dict(), "verify", Type::Boolean);
  if (verify.is_boolean()) tls.verify = verify.as_boolean();
  text("caCertificate", tls.ca_certificate);
  text("clientCertificate", tls.client_certificate);
  text("clientKey", tls.client_key);
  text("minVersion", tls.min_version);
  if (!tls.min_version.empty() && tls.min_version != "1.2" && tls.min_version != "1.3") {
    reader.refuse("tls", "its field \"minVersion\" must be \"1.2\" or \"1.3\"");
  }
}

void read_texts(ArgumentReader& reader, HttpRequest& request) {
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
    reader.text(name, request.*into);
  }
}

void read_limits(ArgumentReader& reader, HttpRequest& request) {
  using Request = HttpRequest;
  static constexpr std::pair<const char*, std::optional<Nanos> Request::*> kLimits[] = {
      {"timeout", &Request::timeout},
      {"connectTimeout", &Request::connect_timeout},
      {"firstByteTimeout", &Request::first_byte_timeout},
      {"idleTimeout", &Request::idle_timeout}};
  for (const auto& [name, into] : kLimits) {
    reader.limit(name, request.*into);
  }
  reader.size("maxBodySize", request.max_body_size);
}

void read_flags(ArgumentReader& reader, HttpRequest& request) {
  using Request = HttpRequest;
  static constexpr std::pair<const char*, bool Request::*> kFlags[] = {
      {"followRedirects", &Request::follow_redirects},
      {"failOnStatus", &Request::fail_on_status},
      {"compressed", &Request::compressed}};
  for (const auto& [name, into] : kFlags) {
    reader.flag(name, request.*into);
  }
}

void read_rest(ArgumentReader& reader, HttpRequest& request) {
  read_texts(reader, request);
  read_limits(reader, request);
  read_flags(reader, request);
  reader.fields("params", request.params);
  std::optional<Fields> headers;
  reader.fields("headers", headers);
  if (!headers) return;
  for (auto& [name, value] : *headers) request.headers.push_back({name, value});
}

// The same however often this execution of the step is tried, another in the next pass of a loop.
std::string key_of(const FunctionCall& call) {
  return fmt::format("millrace-{:016x}-{}", call.session, call.execution);
}

// A body that is sent streams from its connection. One that lies in the journal is read first.
Task<Result<void>> make_sendable(Scope& step, Effects& effects, Ref<Reader>& body) {
  if (auto* late = dynamic_cast<LateReader*>(body.get())) {
    auto opened = co_await late->opened(step);
    if (!opened) co_return opened.error();
    body = std::move(*opened);
  }
  if (dynamic_cast<PieceReader*>(body.get()) == nullptr || body->drained()) {
    co_return Result<void>();
  }
  co_return co_await effects.drain(step, body);
}

Task<Result<void>> make_all_sendable(Scope& step, Effects& effects, HttpRequest& request) {
  if (auto* body = std::get_if<Ref<Reader>>(&request.body)) {
    auto made = co_await make_sendable(step, effects, *body);
    if (!made) co_return made.error();
  }
  for (Part& part : request.parts) {
    auto* stream = std::get_if<Ref<Reader>>(&part.content);
    if (stream == nullptr) continue;
    auto made = co_await make_sendable(step, effects, *stream);
    if (!made) co_return made.error();
  }
  co_return Result<void>();
}

bool holds_readers(const HttpRequest& request) {
  return std::holds_alternative<Ref<Reader>>(request.body) || !request.parts.empty();
}

}  // namespace

Task<Result<void>> read_http_request(Scope& step, FunctionContext context, const FunctionCall& call,
                                     HttpRequest& request) {
  const Arguments arguments(call, context.effects);
  while (true) {
    ArgumentReader reader(arguments);
    request.opened_by = "step " + call.step;
    read_rest(reader, request);
    if (request.idempotency_key == "auto") request.idempotency_key = key_of(call);
    read_retry(reader, request.retry);
    if (call.is_retried) request.retry.attempts = 1;
    read_tls(reader, request.tls);
    read_body(reader, request);
    if (reader.failure()) co_return *reader.failure();
    if (reader.needed()) {
      auto drained = co_await context.effects.drain(step, reader.needed());
      if (!drained) co_return drained.error();
      request = HttpRequest();
      continue;
    }
    if (request.url.empty()) {
      co_return arguments.invalid("url", "it is missing or empty: say where to send the request");
    }
    if (!holds_readers(request)) co_return Result<void>();
    co_return co_await make_all_sendable(step, context.effects, request);
  }
}

}  // namespace millrace
