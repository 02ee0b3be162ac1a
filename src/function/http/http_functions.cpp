// httpRequestSend: the arguments of a step as a request, the answer as its results.
#include <fmt/format.h>

#include "function/declaration.h"
#include "function/http/http_arguments.h"
#include "function/json/read_json.h"
#include "net/retry.h"
#include "net/status_error.h"

namespace millrace {
namespace {

constexpr bool kRequired = true;

std::vector<ArgumentSignature> argument_signatures() {
  using enum Type;
  return {
      {"url", {String}, kRequired, "Where to send the request: http or https.", Secrecy::url},
      {"method",
       {String},
       false,
       "GET, POST, ...; without it POST where form or body is given, else GET."},
      {"params",
       {KVV},
       false,
       "The query of the URL; replaces one that the URL has.",
       Secrecy::named},
      {"headers", {KVV}, false, "Headers to send.", Secrecy::named},
      {"headerAuthBearer",
       {String},
       false,
       "A bearer token; wins over user name and password.",
       Secrecy::secret},
      {"headerAuthUsername", {String}, false, "User name for basic authentication."},
      {"headerAuthPassword",
       {String},
       false,
       "Password for basic authentication.",
       Secrecy::secret},
      {"headerUserAgent", {String}, false, "User-Agent; Millrace and its version by default."},
      {"headerContentType", {String}, false, "Content-Type of what is sent."},
      {"timeout",
       {Duration},
       false,
       "Limit from the beginning of the step to the last byte of the body; 5 minutes by default, "
       "0 for none."},
      {"form", {KVV}, false, "Fields of a form to send; not together with body.", Secrecy::named},
      {"body", {String, Reader, Any}, false, "What to send; Any is sent as JSON.", Secrecy::named},
      {"connectTimeout", {Duration}, false, "Limit for resolving the name, connecting and TLS."},
      {"firstByteTimeout", {Duration}, false, "Limit from the sent request to the first byte."},
      {"idleTimeout", {Duration}, false, "Longest time without any byte."},
      {"maxBodySize", {UnsignedInteger}, false, "Largest body in bytes, decompressed."},
      {"followRedirects", {Boolean}, false, "Follow up to 10 redirects; true by default."},
      {"failOnStatus", {Boolean}, false, "Make an answer of 400 or more an error."},
      {"retry",
       {Vars},
       false,
       "attempts, backoff, maxBackoff, jitter, statuses, retryUnsafe: how to try again."},
      {"idempotencyKey", {String}, false, "Sent as Idempotency-Key; \"auto\" derives one."},
      {"durableBody",
       {Boolean},
       false,
       "The step ends once the whole body is stored with the session, so that it can be read after "
       "a restart of the server."},
      {"multipart",
       {Array},
       false,
       "Parts to send, each Vars: name, value or reader, filename, contentType."},
      {"proxy", {String}, false, "URL of a proxy: http, socks5 or socks5h.", Secrecy::url},
      {"tls",
       {Vars},
       false,
       "verify, caCertificate, clientCertificate, clientKey (PEM), minVersion.",
       Secrecy::named},
      {"compressed", {Boolean}, false, "Ask for a compressed answer; true by default."},
  };
}

std::vector<ResultSignature> result_signatures() {
  using enum Type;
  return {
      {"status", String, "Such as 200 OK."},
      {"statusCode", Integer, "Such as 200."},
      {"headers", KVV, "By canonical name."},
      {"contentLength", Integer, "In bytes; -1 where unknown."},
      {"contentType", String, "Of the body."},
      {"body", Reader, "A stream that may still be arriving."},
      {"json", Any, "The body parsed as JSON, read only where it is asked for."},
      {"timings", Vars,
       "queue, dns, connect, tls, firstByte, body, total as Duration; reused: over a connection "
       "that "
       "stood already."},
      {"url", String, "After redirects."},
      {"attempts", Integer, "How often the request was sent."},
  };
}

Value text(std::string content) { return Value::text(std::move(content)).with_type(Type::String); }
Value integer(std::int64_t content) { return Value::integer(content).with_type(Type::Integer); }
Value duration(Nanos length) { return Value::duration(length).with_type(Type::Duration); }

Value timings_value(const Timings& timings) {
  Dict dict;
  dict.set("queue", duration(timings.queue));
  dict.set("dns", duration(timings.dns));
  dict.set("connect", duration(timings.connect));
  dict.set("tls", duration(timings.tls));
  dict.set("firstByte", duration(timings.first_byte));
  dict.set("reused", Value::boolean(timings.reused).with_type(Type::Boolean));
  dict.set("body", timings.body ? duration(*timings.body) : Value::null());
  dict.set("total", timings.total ? duration(*timings.total) : Value::null());
  return Value::vars(std::move(dict));
}

// Only what is asked for; but the body always, which goes unread with the step otherwise.
Dict results_of(const FunctionCall& call, HttpResponse response) {
  Dict results;
  if (call.wants("status")) results.set("status", text(std::move(response.status)));
  if (call.wants("statusCode")) results.set("statusCode", integer(response.status_code));
  if (call.wants("headers")) results.set("headers", headers_value(response.headers));
  if (call.wants("contentLength")) results.set("contentLength", integer(response.content_length));
  if (call.wants("contentType")) {
    results.set("contentType", text(std::move(response.content_type)));
  }
  if (call.wants("url")) results.set("url", text(std::move(response.url)));
  if (call.wants("attempts")) results.set("attempts", integer(response.attempts));
  if (call.wants("timings")) results.set("timings", timings_value(response.body->timings()));
  results.set("body", Value::reader(std::move(response.body)).with_type(Type::Reader));
  return results;
}

// The body as JSON, for results that ask for it. The body itself can still be read.
Task<Result<Value>> json_of(Scope& step, const FunctionContext& context, Ref<Reader> body) {
  auto drained = co_await context.effects.drain(step, body);
  if (!drained) co_return drained.error();
  const auto content = body->drained();
  if (!*content) co_return content->error();
  auto read = co_await read_json(step, context, **content, false);
  if (!read) co_return read.error().in_phase("body");
  if (!read->error) co_return std::move(read->value);
  const Error& error = *read->error;
  co_return error
      .with_message("the response body is not JSON (asked for by a result that reads \"json\"): " +
                    error.message())
      .in_phase("body");
}

// Returns once the head of the answer is there. The body has moved to the session by then, with the
// deadline of the request.
Task<Result<Dict>> http_request_send(Scope& step, FunctionContext context, FunctionCall call) {
  HttpRequest request;
  auto read = co_await read_http_request(step, context, call, request);
  if (!read) co_return read.error();
  auto response = co_await context.http.send(step, context.session, std::move(request));
  if (!response) co_return response.error();
  const Ref<Reader> body = response->body;
  Dict results = results_of(call, std::move(*response));
  if (call.wants("json")) {
    auto json = co_await json_of(step, context, body);
    if (!json) co_return json.error();
    results.set("json", std::move(*json));
  }
  co_return results;
}

// The method, as the request will have it, may be sent twice.
bool is_harmless(const Dict& arguments) {
  const Value* method = arguments.find("method");
  if (method != nullptr && method->is_text() && !method->as_text().empty()) {
    std::string upper(method->as_text());
    for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return is_idempotent(upper);
  }
  const auto is_given = [&](const char* name) {
    const Value* given = arguments.find(name);
    return given != nullptr && !given->is_null();
  };
  return !is_given("form") && !is_given("body") && !is_given("multipart");
}

// "200, 1000 bytes, ETag \"x\"": what says that another answer has the same body.
std::string identity_of(const Dict& results) {
  const Value* status = results.find("statusCode");
  const Value* length = results.find("contentLength");
  const Value* headers = results.find("headers");
  std::string text;
  if (status != nullptr && status->is_integer()) text = std::to_string(status->as_integer());
  if (length != nullptr && length->is_integer() && length->as_integer() >= 0) {
    text += fmt::format(", {} bytes", length->as_integer());
  }
  const Value* etag =
      headers != nullptr && headers->has_dict() ? headers->dict().find("Etag") : nullptr;
  if (etag != nullptr && etag->has_items() && !etag->items().empty() &&
      etag->items()[0].is_text()) {
    text += fmt::format(", ETag {}", etag->items()[0].as_text());
  }
  return text;
}

}  // namespace

std::vector<FunctionDeclaration> http_functions() {
  return {{{
               .ref = "httpRequestSend",
               .arguments = argument_signatures(),
               .results = result_signatures(),
               .help = "Sends an HTTP request and gives its answer, the body as a stream.",
               .example = "[{ target: url, type: String, value: \"https://example.org\" }]",
               .repeating = {.key = "idempotencyKey",
                             .durable = "durableBody",
                             .is_harmless = &is_harmless,
                             .identity = &identity_of,
                             .identity_of = {"statusCode", "contentLength", "headers"}},
           },
           &http_request_send}};
}

}  // namespace millrace
