#include "net/response_head.h"

#include <fmt/format.h>
#include <strings.h>

#include <algorithm>
#include <charconv>

#include "net/line_breaks.h"

namespace millrace {
namespace {

constexpr std::size_t kUsualHeaders = 8;

// RFC 9110, 5.6.2.
bool is_token(char c) {
  if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) return true;
  return std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return is_token(c); });
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

Error malformed(std::string_view what) {
  return Error(ErrorKind::unavailable,
               fmt::format("the server's answer is not valid HTTP: {}", what))
      .in_phase("protocol");
}

// What a server sent, short enough and safe to show.
std::string shown(std::string_view text) {
  std::string safe;
  for (const char c : text.substr(0, 60)) {
    if (c >= ' ' && c < 0x7f) {
      safe += c;
    } else {
      safe += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return text.size() > 60 ? safe + "…" : safe;
}

}  // namespace

std::string canonical_header_name(std::string_view name) {
  std::string canonical(name);
  if (!is_token(name)) return canonical;
  bool upper = true;
  for (char& c : canonical) {
    if (upper && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (!upper && c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    upper = c == '-';
  }
  return canonical;
}

bool same_header_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

const std::string* find_header(const std::vector<Header>& headers, std::string_view name) {
  const auto found = std::ranges::find_if(
      headers, [name](const Header& header) { return same_header_name(header.name, name); });
  return found == headers.end() ? nullptr : &found->value;
}

Result<void> check_header(std::string_view name, std::string_view value) {
  if (!is_token(name)) {
    return Error(
        ErrorKind::invalid,
        fmt::format("\"{}\" is not a header name: use letters, digits and hyphens", shown(name)));
  }
  if (breaks_lines(value)) {
    return Error(
        ErrorKind::invalid,
        fmt::format("the value of header \"{}\" holds a line break or NUL: remove it", name));
  }
  return {};
}

Result<void> ResponseHead::add_line(std::string_view line) {
  bytes_ += line.size();
  if (bytes_ > limits_->head) {
    return Error(ErrorKind::exhausted,
                 fmt::format("the response headers are larger than {} bytes", limits_->head))
        .in_phase("headers");
  }
  if (complete_) return {};
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  if (!started_) return start(line);
  if (line.empty()) return end();
  return add_header(line);
}

Result<void> ResponseHead::start(std::string_view line) {
  // "HTTP/1.1 200 OK"; the reason may be missing, with or without its space.
  const std::size_t space = line.find(' ');
  if (!line.starts_with("HTTP/") || space == std::string_view::npos) {
    return malformed(fmt::format("its first line is \"{}\"", shown(line)));
  }
  const std::string_view rest = trimmed(line.substr(space));
  const std::string_view code = rest.substr(0, rest.find(' '));
  const auto [end, failed] = std::from_chars(code.data(), code.data() + code.size(), status_code_);
  if (failed != std::errc{} || end != code.data() + code.size() || code.size() != 3 ||
      status_code_ < 100) {
    return malformed(fmt::format("its status is \"{}\"", shown(code)));
  }
  status_ = std::string(rest);
  headers_.reserve(kUsualHeaders);
  started_ = true;
  return {};
}

Result<void> ResponseHead::add_header(std::string_view line) {
  if (line.front() == ' ' || line.front() == '\t') {
    // A folded line of old: it goes on with the value before it.
    if (headers_.empty()) return malformed("a header begins with a space");
    std::string& value = headers_.back().value;
    if (!value.empty()) value += ' ';
    value += trimmed(line);
    return {};
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
    return malformed(fmt::format("a header line is \"{}\"", shown(line)));
  }
  headers_.push_back(
      {canonical_header_name(line.substr(0, colon)), std::string(trimmed(line.substr(colon + 1)))});
  return {};
}

Result<void> ResponseHead::end() {
  const bool interim = status_code_ < 200;
  if (status_code_ == 101) {
    return malformed("it switches to another protocol, which nobody asked for");
  }
  if (!interim) {
    for (const Header& header : headers_) MILLRACE_TRY(judge(header));
    if (chunked_) {
      content_length_ = -1;
      std::erase_if(headers_, [](const Header& header) { return header.name == "Content-Length"; });
    }
    complete_ = true;
    return {};
  }
  if (++interims_ > limits_->interim_responses) {
    return Error(ErrorKind::exhausted,
                 fmt::format("the server sent more than {} interim answers (1xx) and no final one",
                             limits_->interim_responses))
        .in_phase("headers");
  }
  started_ = false;
  status_.clear();
  headers_.clear();
  return {};
}

Result<void> ResponseHead::judge(const Header& header) {
  if (header.name == "Content-Length") return add_length(header.value);
  if (header.name == "Transfer-Encoding") {
    // Others would be decoded without bound, and nobody asked for them.
    if (!same_header_name(header.value, "chunked") && !same_header_name(header.value, "identity")) {
      return malformed(fmt::format("its transfer encoding is \"{}\", which was not offered",
                                   shown(header.value)));
    }
    chunked_ = chunked_ || same_header_name(header.value, "chunked");
  }
  return {};
}

Result<void> ResponseHead::add_length(std::string_view value) {
  // A list of equal values is what some proxies make of a doubled header.
  while (true) {
    const std::size_t comma = value.find(',');
    const std::string_view item = trimmed(value.substr(0, comma));
    std::int64_t length = -1;
    const auto [end, failed] = std::from_chars(item.data(), item.data() + item.size(), length);
    if (failed != std::errc{} || end != item.data() + item.size() || length < 0) {
      return malformed(fmt::format("its Content-Length is \"{}\"", shown(item)));
    }
    if (content_length_ >= 0 && content_length_ != length) {
      return malformed(fmt::format("it gives two lengths, {} and {}", content_length_, length));
    }
    content_length_ = length;
    if (comma == std::string_view::npos) return {};
    value.remove_prefix(comma + 1);
  }
}

}  // namespace millrace
