// The form of a URL, read by a small automaton that runs from every place at which the host may
// begin at once: an "@" may belong to the name of a user or not.
#include <arpa/inet.h>

#include <array>
#include <cstdint>
#include <string>

#include "expression/functions/addresses.h"
#include "expression/functions/unicode.h"

namespace millrace {
namespace {

constexpr std::array<std::string_view, 7> kSchemes = {"http://", "https://", "ftp://", "tcp://",
                                                      "udp://",  "ws://",    "wss://"};

// A host is a front part that may be missing, a name, and a last label that may be missing. The
// front is labels whose first has two characters or more; or letters, digits and single marks up to
// a dot that two of them precede; or "www.".
enum State : std::uint32_t {
  kLabelsStart = 1U << 0,
  kLabelsInner = 1U << 1,  // within the first label
  kLabelsWhole = 1U << 2,  // the front may end here
  kLabelsMark = 1U << 3,   // behind a "-" or "."
  kLabelsMore = 1U << 4,   // within a later label; the front may end here
  kMarkedStart = 1U << 5,
  kMarkedRun = 1U << 6,
  kMarkedMark = 1U << 7,
  kMarkedPair = 1U << 8,  // behind two characters: a dot may come
  kMarkedDot = 1U << 9,
  kMarkedMore = 1U << 10,  // the front may end here
  kWww0 = 1U << 11,
  kWww1 = 1U << 12,
  kWww2 = 1U << 13,
  kWww3 = 1U << 14,
  kNameStart = 1U << 15,
  kName = 1U << 16,  // the host may end here
  kNameDash = 1U << 17,
  kNameDashes = 1U << 18,
  kLastStart = 1U << 19,
  kLast = 1U << 20,  // the host may end here
};

constexpr std::uint32_t kHostStart = kLabelsStart | kMarkedStart | kWww0 | kNameStart;
constexpr std::uint32_t kHostEnd = kName | kLast;

bool is_blank(char32_t c) { return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r'; }

bool is_ascii_digit(char32_t c) { return c >= '0' && c <= '9'; }

std::uint32_t after_letter(std::uint32_t states, bool ascii, bool digit) {
  std::uint32_t next = 0;
  if ((states & (kNameStart | kName | kNameDash | kNameDashes)) != 0) next |= kName;
  if (!digit && (states & (kLastStart | kLast)) != 0) next |= kLast;
  if (!ascii) return next;
  if ((states & kLabelsStart) != 0) next |= kLabelsInner;
  if ((states & kLabelsInner) != 0) next |= kLabelsInner | kLabelsWhole;
  if ((states & (kLabelsMark | kLabelsMore)) != 0) next |= kLabelsMore;
  if ((states & (kMarkedStart | kMarkedMark)) != 0) next |= kMarkedRun;
  if ((states & kMarkedRun) != 0) next |= kMarkedRun | kMarkedPair;
  if ((states & (kMarkedDot | kMarkedMore)) != 0) next |= kMarkedMore;
  return next;
}

std::uint32_t after_mark(std::uint32_t states, char32_t mark) {
  std::uint32_t next = 0;
  if (mark != '.' && (states & kLabelsInner) != 0) next |= kLabelsInner;
  if (mark != '_' && (states & (kLabelsWhole | kLabelsMore)) != 0) next |= kLabelsMark;
  if ((states & kMarkedRun) != 0) next |= kMarkedMark;
  if (mark == '-') {
    if ((states & kName) != 0) next |= kNameDash;
    if ((states & kNameDash) != 0) next |= kNameDashes;
  }
  if (mark == '.') {
    if ((states & kMarkedPair) != 0) next |= kMarkedDot;
    if ((states & kWww3) != 0) next |= kNameStart;
    if ((states & kName) != 0) next |= kLastStart;
  }
  return next;
}

std::uint32_t step(std::uint32_t states, char32_t c) {
  std::uint32_t next = 0;
  const bool ascii_letter = c < 0x80 && is_letter(c);
  if (ascii_letter || is_ascii_digit(c)) {
    next = after_letter(states, true, is_ascii_digit(c));
    if (c == 'w') next |= (states & (kWww0 | kWww1 | kWww2)) << 1;
  } else if (c >= 0xA1 && c <= 0xFFFF) {
    next = after_letter(states, false, false);
  } else if (c == '-' || c == '_' || c == '.') {
    next = after_mark(states, c);
  }
  if ((next & (kLabelsWhole | kLabelsMore | kMarkedMore)) != 0) next |= kNameStart;
  return next;
}

class UrlForm {
 public:
  explicit UrlForm(std::string_view text) : text_(text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (!is_blank(static_cast<unsigned char>(text[i]))) continue;
      first_blank_ = std::min(first_blank_, i);
      behind_blanks_ = i + 1;
    }
    for (const std::string_view scheme : kSchemes) {
      if (text.starts_with(scheme)) behind_scheme_ = scheme.size();
    }
  }

  bool holds() const {
    std::uint32_t states = 0;
    for (std::size_t at = 0; at <= text_.size();) {
      if (host_may_begin(at)) {
        if (is_numeric_host(at)) return true;
        states |= kHostStart;
      }
      if ((states & kHostEnd) != 0 && is_tail(at)) return true;
      if (at == text_.size()) return false;
      const CodePoint point = decode_code_point(text_, at);
      states = step(states, point.value);
      at += point.bytes;
    }
    return false;
  }

 private:
  bool host_may_begin(std::size_t at) const {
    if (at == 0 || at == behind_scheme_) return true;
    return at >= 2 && text_[at - 1] == '@' && first_blank_ >= at - 1;
  }

  // What follows a host: a dot, a port, a path; each may be missing.
  bool is_tail(std::size_t at) const {
    if (at < text_.size() && text_[at] == '.') ++at;
    if (at < text_.size() && text_[at] == ':') {
      const std::size_t first = ++at;
      while (at < text_.size() && at - first < 5 && is_ascii_digit(char32_t(text_[at]))) ++at;
      if (at == first) return false;
    }
    if (at == text_.size()) return true;
    const bool path = text_[at] == '/' || text_[at] == '?' || text_[at] == '#';
    return path && behind_blanks_ <= at;
  }

  bool is_numeric_host(std::size_t at) const {
    return at < text_.size() && (text_[at] == '[' ? is_bracketed(at) : is_dotted(at));
  }

  bool is_bracketed(std::size_t at) const {
    constexpr std::size_t kLongestAddress = 45;
    const std::size_t close = text_.substr(at, kLongestAddress + 2).find(']');
    if (close == std::string_view::npos) return false;
    const std::string address(text_.substr(at + 1, close - 1));
    in6_addr parsed{};
    return inet_pton(AF_INET6, address.c_str(), &parsed) == 1 && is_tail(at + close + 1);
  }

  bool is_dotted(std::size_t at) const {
    for (int octet = 0; octet < 4; ++octet) {
      if (octet > 0 && (at == text_.size() || text_[at++] != '.')) return false;
      int value = 0;
      const std::size_t first = at;
      while (at < text_.size() && at - first < 3 && is_ascii_digit(char32_t(text_[at]))) {
        value = value * 10 + (text_[at++] - '0');
      }
      if (at == first || value > 255) return false;
      if (at - first == 3 && text_[first] == '0') return false;
      if (octet == 0 && (text_[first] == '0' || (value >= 224 && value <= 239))) return false;
    }
    return is_tail(at);
  }

  std::string_view text_;
  std::size_t behind_scheme_ = 0;
  std::size_t first_blank_ = std::string_view::npos;
  std::size_t behind_blanks_ = 0;
};

}  // namespace

bool has_url_form(std::string_view text) { return UrlForm(text).holds(); }

}  // namespace millrace
