#include "function/http/http_request_send.h"

#include "function/http/http_arguments.h"
#include "net/status_error.h"
#include "value/json.h"

namespace millrace {
namespace {

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
Task<Result<Value>> json_of(Scope& step, Effects& effects, Ref<Reader> body) {
  auto drained = co_await effects.drain(step, body);
  if (!drained) co_return drained.error();
  const auto content = body->drained();
  if (!*content) co_return content->error();
  auto parsed = parse_json(**content);
  if (parsed) co_return parsed;
  co_return parsed.error()
      .with_message("the response body is not JSON (asked for by a result that reads \"json\"): " +
                    parsed.error().message())
      .in_phase("body");
}

}  // namespace

Task<Result<Dict>> http_request_send(Scope& step, FunctionContext context, FunctionCall call) {
  auto request = co_await http_request_of(step, context, call);
  if (!request) co_return request.error();
  auto response = co_await context.http.send(step, context.session, std::move(*request));
  if (!response) co_return response.error();
  const Ref<Reader> body = response->body;
  Dict results = results_of(std::move(*response));
  if (call.wants("json")) {
    auto json = co_await json_of(step, context.effects, body);
    if (!json) co_return json.error();
    results.set("json", std::move(*json));
  }
  co_return results;
}

}  // namespace millrace
