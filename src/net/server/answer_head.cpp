#include "net/server/answer_head.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/beast/http/status.hpp>
#include <iterator>

#include "net/response_head.h"

namespace millrace {
namespace {

constexpr std::array<std::string_view, 7> kOwnHeaders = {
    "Connection", "Content-Length", "Content-Type",     "Date",
    "Keep-Alive", "Trailer",        "Transfer-Encoding"};

bool is_own(std::string_view name) {
  return std::ranges::any_of(kOwnHeaders,
                             [name](std::string_view own) { return same_header_name(own, name); });
}

// As RFC 9110 has it; may be empty.
std::string_view reason(unsigned status) {
  namespace http = boost::beast::http;
  if (http::int_to_status(status) == http::status::unknown) return {};
  const auto text = http::obsolete_reason(http::int_to_status(status));
  return {text.data(), text.size()};
}

Result<void> check_field(std::string_view name, std::string_view value) {
  if (const auto checked = check_header(name, value); !checked) {
    return Error(ErrorKind::bug,
                 "Millrace is at fault: an answer has a header that cannot be written: " +
                     checked.error().message());
  }
  return {};
}

}  // namespace

Result<void> check_answer(const ServerResponse& answer) {
  if (answer.status < 200 || answer.status > 599) {
    return Error(
        ErrorKind::bug,
        fmt::format("Millrace is at fault: an answer has the status {}, which is none of 200 to "
                    "599",
                    answer.status));
  }
  MILLRACE_TRY(check_field("Content-Type", answer.content_type));
  for (const auto& [name, value] : answer.headers) {
    MILLRACE_TRY(check_field(name, value));
    if (is_own(name)) {
      return Error(
          ErrorKind::bug,
          fmt::format(
              "Millrace is at fault: an answer has a header \"{}\", which the server writes",
              name));
    }
  }
  return {};
}

std::string answer_head(const ServerResponse& answer, bool keeps_alive, std::string_view date) {
  std::string head;
  head.reserve(256);
  const auto into = std::back_inserter(head);
  fmt::format_to(into, "HTTP/1.1 {} {}\r\nDate: {}\r\n", answer.status, reason(answer.status),
                 date);
  if (has_body(answer.status)) {
    if (!answer.content_type.empty()) {
      fmt::format_to(into, "Content-Type: {}\r\n", answer.content_type);
    }
    fmt::format_to(into, "Content-Length: {}\r\n", answer.body.size());
  }
  fmt::format_to(into, "Connection: {}\r\n", keeps_alive ? "keep-alive" : "close");
  for (const auto& [name, value] : answer.headers) {
    fmt::format_to(into, "{}: {}\r\n", name, value);
  }
  head += "\r\n";
  return head;
}

bool has_body(unsigned status) { return status != 204 && status != 304; }

std::string http_date(WallTime at) {
  constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed",
                                                     "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(at - day));
  return fmt::format(
      "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays.at(std::chrono::weekday(day).c_encoding()),
      static_cast<unsigned>(date.day()), kMonths.at(static_cast<unsigned>(date.month()) - 1),
      static_cast<int>(date.year()), time.hours().count(), time.minutes().count(),
      time.seconds().count());
}

}  // namespace millrace
