// httpRequestSend: the arguments of a step as a request, the answer as its results.
#include "function/declaration.h"
#include "function/http/http_arguments.h"
#include "function/json/read_json.h"
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

Dict results_of(HttpResponse response) {
  Dict results;
  results.set("status", text(std::move(response.status)));
  results.set("statusCode", integer(response.status_code));
  results.set("headers", headers_value(response.headers));
  results.set("contentLength", integer(response.content_length));
  results.set("contentType", text(std::move(response.content_type)));
  results.set("url", text(std::move(response.url)));
  results.set("attempts", integer(response.attempts));
  results.set("timings", timings_value(response.body->timings()));
  results.set("body", Value::reader(response.body).with_type(Type::Reader));
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
  auto request = co_await http_request_of(step, context, call);
  if (!request) co_return request.error();
  auto response = co_await context.http.send(step, context.session, std::move(*request));
  if (!response) co_return response.error();
  const Ref<Reader> body = response->body;
  Dict results = results_of(std::move(*response));
  if (call.wants("json")) {
    auto json = co_await json_of(step, context, body);
    if (!json) co_return json.error();
    results.set("json", std::move(*json));
  }
  co_return results;
}

}  // namespace

std::vector<FunctionDeclaration> http_functions() {
  return {{{
               .ref = "httpRequestSend",
               .arguments = argument_signatures(),
               .results = result_signatures(),
               .help = "Sends an HTTP request and gives its answer, the body as a stream.",
               .example = "[{ target: url, type: String, value: \"https://example.org\" }]",
           },
           &http_request_send}};
}

}  // namespace millrace
