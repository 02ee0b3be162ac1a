#include "tidy/source.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace millrace::tidy {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Where the quoted text or character that begins at `begin` ends (one past its quote).
std::size_t end_of_quoted(std::string_view text, std::size_t begin) {
  const char quote = text[begin];
  for (std::size_t i = begin + 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == quote || text[i] == '\n') {
      return i + 1;
    }
  }
  return text.size();
}

// The same for R"mark(...)mark", given where its quote is.
std::size_t end_of_raw(std::string_view text, std::size_t quote) {
  const std::size_t open = text.find('(', quote);
  if (open == std::string_view::npos) return text.size();
  std::string close = ")";
  close += text.substr(quote + 1, open - quote - 1);
  close += '"';
  const std::size_t end = text.find(close, open);
  return end == std::string_view::npos ? text.size() : end + close.size();
}

std::size_t end_of_comment(std::string_view text, std::size_t begin) {
  const bool is_line = text[begin + 1] == '/';
  const std::size_t end = text.find(is_line ? "\n" : "*/", begin + 2);
  if (end == std::string_view::npos) return text.size();
  return is_line ? end : end + 2;
}

}  // namespace

Source::Source(std::string path, std::string text)
    : path_(std::move(path)), text_(std::move(text)) {
  separate();
  tokens_ = tokens_of(code_);
}

void Source::separate() {
  const std::string_view text = text_;
  code_ = code_with_texts_ = text_;
  comments_.assign(text.size(), ' ');
  const auto blank = [&](std::string& where, std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      if (text[i] != '\n') where[i] = ' ';
    }
  };
  std::size_t i = 0;
  while (i < text.size()) {
    const char c = text[i];
    if (c == '/' && i + 1 < text.size() && (text[i + 1] == '/' || text[i + 1] == '*')) {
      const std::size_t end = end_of_comment(text, i);
      blank(code_, i, end);
      blank(code_with_texts_, i, end);
      std::copy(text.begin() + static_cast<std::ptrdiff_t>(i),
                text.begin() + static_cast<std::ptrdiff_t>(end),
                comments_.begin() + static_cast<std::ptrdiff_t>(i));
      i = end;
    } else if (c == '"') {
      const bool is_raw = i > 0 && text[i - 1] == 'R';
      const std::size_t end = is_raw ? end_of_raw(text, i) : end_of_quoted(text, i);
      blank(code_, i + 1, std::max(i + 1, end - 1));
      i = end;
    } else if (c == '\'' && (i == 0 || !is_word(text[i - 1]))) {  // 1'000 is a number
      const std::size_t end = end_of_quoted(text, i);
      blank(code_, i + 1, std::max(i + 1, end - 1));
      i = end;
    } else {
      ++i;
    }
  }
}

std::size_t Source::line_of(std::size_t offset) const {
  const auto begin = text_.begin();
  return 1 + static_cast<std::size_t>(
                 std::count(begin, begin + static_cast<std::ptrdiff_t>(offset), '\n'));
}

std::size_t Source::lines() const {
  return static_cast<std::size_t>(std::count(text_.begin(), text_.end(), '\n'));
}

std::string Source::folder_under(std::string_view root) const {
  const std::string_view path = path_;
  if (!path.starts_with(root) || path.substr(root.size(), 1) != "/") return {};
  const std::string_view rest = path.substr(root.size() + 1);
  const std::size_t slash = rest.find('/');
  return slash == std::string_view::npos ? std::string{} : std::string(rest.substr(0, slash));
}

Finding Source::finding(std::size_t offset, std::string what) const {
  return {path_, line_of(offset), std::move(what)};
}

std::vector<Token> tokens_of(std::string_view code) {
  std::vector<Token> tokens;
  std::size_t i = 0;
  while (i < code.size()) {
    std::size_t size = 1;
    if (std::isspace(static_cast<unsigned char>(code[i])) != 0) {
      ++i;
      continue;
    }
    if (is_word(code[i])) {
      while (i + size < code.size() && is_word(code[i + size])) ++size;
    } else if (code.substr(i, 2) == "::" || code.substr(i, 2) == "->") {
      size = 2;
    }
    tokens.push_back({code.substr(i, size), i});
    i += size;
  }
  return tokens;
}

std::string to_text(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += finding.path + ":" + std::to_string(finding.line) + ": " + finding.what + "\n";
  }
  return text;
}

}  // namespace millrace::tidy
