#include "workflow/signatures/families.h"

namespace millrace::signatures {
namespace {

constexpr bool kRequired = true;

std::vector<ArgumentSignature> arguments() {
  using enum Type;
  return {
      {"url", {String}, kRequired, "Where to send the request: http or https."},
      {"method",
       {String},
       false,
       "GET, POST, ...; without it POST where form or body is given, else GET."},
      {"params", {KVV}, false, "The query of the URL; replaces one that the URL has."},
      {"headers", {KVV}, false, "Headers to send."},
      {"headerAuthBearer", {String}, false, "A bearer token; wins over user name and password."},
      {"headerAuthUsername", {String}, false, "User name for basic authentication."},
      {"headerAuthPassword", {String}, false, "Password for basic authentication."},
      {"headerUserAgent", {String}, false, "User-Agent; Millrace and its version by default."},
      {"headerContentType", {String}, false, "Content-Type of what is sent."},
      {"timeout",
       {Duration},
       false,
       "Limit from the beginning of the step to the last byte of the body; 5 minutes by default, "
       "0 for none."},
      {"form", {KVV}, false, "Fields of a form to send; not together with body."},
      {"body", {String, Reader, Any}, false, "What to send; Any is sent as JSON."},
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
      {"proxy", {String}, false, "URL of a proxy."},
      {"tls",
       {Vars},
       false,
       "verify, caCertificate, clientCertificate, clientKey (PEM), minVersion."},
      {"compressed", {Boolean}, false, "Ask for a compressed answer; true by default."},
  };
}

std::vector<ResultSignature> results() {
  using enum Type;
  return {
      {"status", String, "Such as 200 OK."},
      {"statusCode", Integer, "Such as 200."},
      {"headers", KVV, "By canonical name."},
      {"contentLength", Integer, "In bytes; -1 where unknown."},
      {"contentType", String, "Of the body."},
      {"body", Reader, "A stream that may still be arriving."},
      {"json", Any, "The body parsed as JSON, read only where it is asked for."},
      {"timings", Vars, "queue, dns, connect, tls, firstByte, body, total as Duration."},
      {"url", String, "After redirects."},
      {"attempts", Integer, "How often the request was sent."},
  };
}

}  // namespace

std::vector<Signature> http() {
  return {{
      .ref = "httpRequestSend",
      .kind = Signature::Kind::function,
      .arguments = arguments(),
      .results = results(),
      .help = "Sends an HTTP request and gives its answer, the body as a stream.",
      .example = "[{ target: url, type: String, value: \"https://example.org\" }]",
  }};
}

}  // namespace millrace::signatures
