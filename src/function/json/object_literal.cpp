#include "function/json/object_literal.h"

namespace millrace {
namespace {

class Mending {
 public:
  explicit Mending(std::string_view text) : text_(text) { out_.reserve(text.size() + 16); }

  std::string mend() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '`' && !in_quotes_) {
        mend_backquoted();
      } else if (c == '\\') {
        mend_backslash();
      } else {
        in_quotes_ = in_quotes_ != (c == '"');
        out_ += c;
        ++at_;
      }
    }
    return std::move(out_);
  }

 private:
  // Everything within stands for itself; without an end it goes on to the end of the text.
  void mend_backquoted() {
    out_ += '"';
    for (++at_; at_ < text_.size() && text_[at_] != '`'; ++at_) {
      switch (text_[at_]) {
        case '\n': out_ += "\\n"; break;
        case '\r': break;
        case '"': out_ += "\\\""; break;
        case '\\': out_ += "\\\\"; break;
        default: out_ += text_[at_];
      }
    }
    out_ += '"';
    ++at_;
  }

  void mend_backslash() {
    const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    const bool is_escape =
        next != '\0' && std::string_view("\"\\/bfnrtu").find(next) != std::string_view::npos;
    out_ += '\\';
    out_ += is_escape ? next : '\\';
    at_ += is_escape ? 2 : 1;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool in_quotes_ = false;
  std::string out_;
};

}  // namespace

std::string mend_object_literal(std::string_view text) { return Mending(text).mend(); }

}  // namespace millrace
