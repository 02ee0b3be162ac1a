#include "value/url.h"

#include <algorithm>
#include <optional>

namespace millrace {
namespace {

// The parts of a URL differ in what may stand in them as it is.
enum class Place { user, host, zone, path, fragment };

bool is_one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool needs_escape(char c, Place place) {
  if (is_letter_or_digit(c) || is_one_of(c, "-_.~")) return false;
  switch (place) {
    case Place::host:
    case Place::zone: return !is_one_of(c, "!$&'()*+,;=:[]<>\"");
    case Place::user: return !is_one_of(c, "$&+,;=");
    case Place::path: return !is_one_of(c, "$&+,/:;=@");
    case Place::fragment: return !is_one_of(c, "$&+,/:;=?@!()*");
  }
  return true;
}

std::string escape(std::string_view text, Place place) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (!needs_escape(c, place)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  const char lower = static_cast<char>(c | 0x20);
  if (lower >= 'a' && lower <= 'f') return static_cast<unsigned>(lower - 'a' + 10);
  return std::nullopt;
}

Error bad_url(std::string message) { return Error(ErrorKind::invalid, std::move(message)); }

// Whether a host may have this byte escaped: what is not ASCII, and in a zone what may stand there.
bool may_be_escaped(char byte, Place place) {
  if (byte == '%') return true;
  if (place == Place::host) return static_cast<unsigned char>(byte) >= 0x80;
  if (place == Place::zone) return byte == ' ' || !needs_escape(byte, Place::host);
  return true;
}

Result<std::string> unescape(std::string_view text, Place place) {
  const bool is_host = place == Place::host || place == Place::zone;
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c != '%') {
      // What is not ASCII may stand in a host, but a zone could not be read again from its escape.
      const bool is_ascii = static_cast<unsigned char>(c) < 0x80;
      if (is_host && (is_ascii ? needs_escape(c, place) : place == Place::zone)) {
        return bad_url("the host has a character that hosts cannot have");
      }
      out += c;
      continue;
    }
    const auto high = i + 2 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
    const auto low = i + 2 < text.size() ? hex_digit(text[i + 2]) : std::nullopt;
    const char byte = high && low ? static_cast<char>(*high << 4 | *low) : '\0';
    if (!high || !low || !may_be_escaped(byte, place)) {
      return bad_url("\"" + std::string(text.substr(i, 3)) +
                     "\" is no valid escape: write a percent sign itself as %25");
    }
    out += byte;
    i += 2;
  }
  return out;
}

// Whether a part as it was written may be kept so.
bool is_well_written(std::string_view text, Place place) {
  return std::all_of(text.begin(), text.end(), [place](char c) {
    return is_one_of(c, "!$&'()*+,;=:@[]%") || !needs_escape(c, place);
  });
}

// A path or fragment as it was written where that is valid, else escaped anew.
Result<std::string> rewritten(std::string_view text, Place place) {
  MILLRACE_TRY_ASSIGN(plain, unescape(text, place));
  if (is_well_written(text, place)) return std::string(text);
  return escape(plain, place);
}

// The scheme's length, 0 where there is none.
Result<std::size_t> scheme_length(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ':') {
      if (i == 0) return bad_url("the scheme before ':' is missing");
      return i;
    }
    const bool is_letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
    if (is_letter) continue;
    const bool may_follow = (c >= '0' && c <= '9') || is_one_of(c, "+-.");
    if (i == 0 || !may_follow) return 0;
  }
  return 0;
}

bool is_optional_port(std::string_view text) {
  if (text.empty()) return true;
  return text[0] == ':' &&
         std::all_of(text.begin() + 1, text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Result<std::string> normalise_host(std::string_view host) {
  std::size_t port = host.rfind(':');
  if (host.starts_with('[')) {
    const std::size_t close = host.rfind(']');
    if (close == std::string_view::npos) return bad_url("the host opens '[' without ']'");
    port = close + 1;
  }
  if (port != std::string_view::npos && !is_optional_port(host.substr(port))) {
    return bad_url("\"" + std::string(host.substr(port)) + "\" after the host is no port");
  }
  const std::size_t zone =
      host.starts_with('[') ? host.substr(0, port - 1).find("%25") : std::string_view::npos;
  std::string plain;
  if (zone != std::string_view::npos) {
    MILLRACE_TRY_ASSIGN(head, unescape(host.substr(0, zone), Place::host));
    MILLRACE_TRY_ASSIGN(name, unescape(host.substr(zone, port - 1 - zone), Place::zone));
    MILLRACE_TRY_ASSIGN(tail, unescape(host.substr(port - 1), Place::host));
    plain = head + name + tail;
  } else {
    MILLRACE_TRY_ASSIGN(whole, unescape(host, Place::host));
    plain = std::move(whole);
  }
  return escape(plain, Place::host);
}

Result<std::string> normalise_user(std::string_view user) {
  const bool fits = std::all_of(user.begin(), user.end(), [](char c) {
    return is_letter_or_digit(c) || is_one_of(c, "-._:~!$&'()*+,;=%@");
  });
  if (!fits) return bad_url("the user before '@' has a character that must be escaped");
  const std::size_t colon = user.find(':');
  MILLRACE_TRY_ASSIGN(name, unescape(user.substr(0, colon), Place::user));
  std::string out = escape(name, Place::user);
  if (colon == std::string_view::npos) return out;
  MILLRACE_TRY_ASSIGN(password, unescape(user.substr(colon + 1), Place::user));
  return out + ":" + escape(password, Place::user);
}

struct Authority {
  std::string text;  // user and host, as they are written
  bool has_user = false;
  bool has_host = false;
};

Result<Authority> normalise_authority(std::string_view authority) {
  const std::size_t at = authority.rfind('@');
  const bool has_user = at != std::string_view::npos;
  MILLRACE_TRY_ASSIGN(host, normalise_host(has_user ? authority.substr(at + 1) : authority));
  Authority out{host, has_user, !host.empty()};
  if (has_user) {
    MILLRACE_TRY_ASSIGN(user, normalise_user(authority.substr(0, at)));
    out.text = user + "@" + host;
  }
  return out;
}

// Scheme, authority and path: what stands before the query.
Result<std::string> normalise_hierarchy(const std::string& scheme, std::string_view rest) {
  const bool has_authority =
      rest.starts_with("//") && (!scheme.empty() || !rest.starts_with("///"));
  Authority authority;
  std::string_view written_path = rest;
  if (has_authority) {
    const std::size_t slash = std::min(rest.find('/', 2), rest.size());
    MILLRACE_TRY_ASSIGN(parsed, normalise_authority(rest.substr(2, slash - 2)));
    authority = parsed;
    written_path = rest.substr(slash);
  }
  MILLRACE_TRY_ASSIGN(path, rewritten(written_path, Place::path));
  std::string out = scheme.empty() ? "" : scheme + ":";
  const bool is_there = authority.has_host || authority.has_user;
  const bool is_omitted = !has_authority && rest.starts_with('/');
  if (is_there || (!scheme.empty() && !is_omitted && !path.empty())) out += "//";
  out += authority.text;
  const std::string_view first = std::string_view(path).substr(0, path.find('/'));
  if (out.empty() && first.find(':') != std::string_view::npos) out += "./";
  return out + path;
}

}  // namespace

Result<std::string> normalise_url(std::string_view text) {
  const std::size_t hash = std::min(text.find('#'), text.size());
  const std::string_view fragment = text.substr(std::min(hash + 1, text.size()));
  std::string_view rest = text.substr(0, hash);
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; };
  if (std::any_of(rest.begin(), rest.end(), is_control)) {
    return bad_url("a control character stands in it");
  }
  MILLRACE_TRY_ASSIGN(length, scheme_length(rest));
  std::string scheme(rest.substr(0, length));
  for (char& c : scheme) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  if (length > 0) rest.remove_prefix(length + 1);

  const std::size_t mark = rest.find('?');
  const std::string_view query = mark == std::string_view::npos ? "" : rest.substr(mark);
  rest = rest.substr(0, mark);
  std::string out;
  if (!rest.starts_with('/') && !scheme.empty()) {
    out = scheme + ":" + std::string(rest);
  } else {
    const std::string_view first = rest.substr(0, rest.find('/'));
    if (!rest.starts_with('/') && first.find(':') != std::string_view::npos) {
      return bad_url("the first part before '/' has a colon: put ./ before it");
    }
    MILLRACE_TRY_ASSIGN(hierarchy, normalise_hierarchy(scheme, rest));
    out = std::move(hierarchy);
  }
  out += query;
  if (!fragment.empty()) {
    MILLRACE_TRY_ASSIGN(rewritten_fragment, rewritten(fragment, Place::fragment));
    out += "#" + rewritten_fragment;
  }
  return out;
}

}  // namespace millrace
