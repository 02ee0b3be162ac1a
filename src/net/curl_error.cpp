#include "net/curl_error.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

namespace millrace {
namespace {

std::string system_reason(const CurlFailure& failure) {
  switch (failure.system_error) {
    case 0: return failure.message.empty() ? curl_easy_strerror(failure.code) : failure.message;
    case ECONNREFUSED: return "connection refused";
    case ECONNRESET: return "connection reset";
    case EHOSTUNREACH: return "no route to host";
    case ENETUNREACH: return "network unreachable";
    case ETIMEDOUT: return "no answer";
    default: return std::strerror(failure.system_error);
  }
}

std::string detail(const CurlFailure& failure) {
  return failure.message.empty() ? curl_easy_strerror(failure.code) : failure.message;
}

Error unavailable(std::string text, std::string_view phase) {
  return Error(ErrorKind::unavailable, std::move(text)).in_phase(std::string(phase));
}

Error cannot_connect(const CurlFailure& failure) {
  const std::string reason = system_reason(failure);
  const std::string_view advice = failure.system_error == ECONNREFUSED
                                      ? "is the service running, and is the port right?"
                                      : "is the address right, and does a firewall let it through?";
  return unavailable(
      fmt::format("cannot connect to {}{} ({}): {}", failure.is_proxied ? "the proxy " : "",
                  failure.peer, reason, advice),
      "connect");
}

// libcurl says only in words that it was the proxy which answered.
bool is_refused_by_proxy(const CurlFailure& failure) {
  return failure.is_proxied && (failure.code == CURLE_PROXY || failure.phase == "connect");
}

Error refused_by_proxy(const CurlFailure& failure) {
  return unavailable(fmt::format("no connection to {}: the proxy refused it or broke off ({}): are "
                                 "its address, user and password right?",
                                 failure.authority, detail(failure)),
                     "connect");
}

Error broken_off(const CurlFailure& failure) {
  const std::string what = failure.phase == "body"   ? "before the end of the response body"
                           : failure.phase == "send" ? "while the request was being sent"
                                                     : "before it answered";
  return unavailable(fmt::format("{} broke the connection off {} ({}): try again, or look at the "
                                 "log of that service",
                                 failure.authority, what, system_reason(failure)),
                     failure.phase);
}

// libcurl says of both that receiving failed; its words are all that tells them apart.
bool is_bad_chunk(const CurlFailure& failure) {
  return failure.message.ends_with("in chunked-encoding");
}

// Its word for a trailer longer than it takes.
bool is_long_trailer(const CurlFailure& failure) {
  return failure.message.starts_with("Out of memory");
}

Error needs_memory(const CurlFailure& failure) {
  return Error(ErrorKind::exhausted,
               fmt::format("the answer of {} needs too much memory: is a header line endless?",
                           failure.authority))
      .in_phase(failure.phase);
}

// What is to be done about a certificate; libcurl tells the cases apart only in words.
std::string_view certificate_advice(std::string_view detail) {
  const auto says = [detail](std::string_view words) {
    return detail.find(words) != std::string_view::npos;
  };
  if (says("target host name") || says("IP address")) {
    return "it is for another name: is the host in the URL right?";
  }
  if (says("expired")) return "whoever runs the service has to renew it";
  return "give the authority that signed it as tls.caCertificate";
}

// The connection ended in the midst of the handshake, and no side said why.
bool is_broken_handshake(const CurlFailure& failure) {
  if (failure.system_error == ECONNRESET || failure.system_error == EPIPE) return true;
  const std::string_view words = failure.message;
  return words.find("SYSCALL") != std::string_view::npos ||
         words.find("reset by peer") != std::string_view::npos ||
         words.find("unexpected eof") != std::string_view::npos;
}

Error malformed(const CurlFailure& failure) {
  const std::string_view why = is_bad_chunk(failure) ? ": a chunk of its body is malformed" : "";
  return unavailable(fmt::format("the answer of {} is not valid HTTP{} ({})", failure.authority,
                                 why, detail(failure)),
                     "protocol");
}

}  // namespace

Error no_socket(int system_error) {
  return Error(ErrorKind::exhausted,
               fmt::format("cannot open a socket ({}): raise the limit of open files (ulimit -n)",
                           std::strerror(system_error)))
      .in_phase("connect");
}

bool is_lasting(const CurlFailure& failure) {
  switch (failure.code) {
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_PROXY: return true;
    case CURLE_SSL_CONNECT_ERROR: return !is_broken_handshake(failure);
    default:
      // "CONNECT tunnel failed, response 407"; a 502 or 503 may pass.
      return is_refused_by_proxy(failure) &&
             failure.message.find("response 4") != std::string::npos;
  }
}

Error to_error(const CurlFailure& failure) {
  switch (failure.code) {
    case CURLE_COULDNT_CONNECT: return cannot_connect(failure);
    case CURLE_OPERATION_TIMEDOUT:
      return unavailable(
          fmt::format("cannot connect to {}: none of its addresses answered", failure.peer),
          "connect");
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
      return unavailable(
          fmt::format("no TLS connection to {} ({})", failure.authority, detail(failure)), "tls");
    case CURLE_PEER_FAILED_VERIFICATION:
      return unavailable(
          fmt::format("the certificate of {} is not trusted ({}): {}", failure.authority,
                      detail(failure), certificate_advice(detail(failure))),
          "tls");
    case CURLE_PROXY: return refused_by_proxy(failure);
    case CURLE_RECV_ERROR:
      if (is_refused_by_proxy(failure)) return refused_by_proxy(failure);
      if (!is_bad_chunk(failure)) return broken_off(failure);
      return is_long_trailer(failure) ? needs_memory(failure) : malformed(failure);
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_SEND_FAIL_REWIND:
    case CURLE_PARTIAL_FILE: return broken_off(failure);
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_FUNCTION_ARGUMENT:  // what curl says of a line that is no header
    case CURLE_BAD_CONTENT_ENCODING: return malformed(failure);
    case CURLE_OUT_OF_MEMORY:
      // Also what curl says of one header line longer than it takes.
      return needs_memory(failure);
    default:
      return unavailable(
          fmt::format("the request to {} failed ({})", failure.authority, detail(failure)),
          failure.phase);
  }
}

}  // namespace millrace
