#include "workflow/write.h"

#include <algorithm>
#include <string_view>

#include "value/json.h"
#include "workflow/encode.h"
#include "workflow/json_number.h"
#include "workflow/scalar.h"

namespace millrace {
namespace {

// A text in quotes, for JSON and YAML. Beyond what JSON demands, DEL is escaped: a definition that
// holds it as it is would not be read again.
void append_quoted(std::string& out, std::string_view text) {
  constexpr char kDelete = '\x7F';
  const std::size_t begin = out.size();
  append_json_string(out, text);
  for (std::size_t at = out.find(kDelete, begin); at != std::string::npos;
       at = out.find(kDelete, at)) {
    out.replace(at, 1, "\\u007f");
  }
}

// Data is at most as deep as it may be read: the recursion is bounded.
void append_json(std::string& out, const Datum& datum) {
  switch (datum.kind()) {
    case Datum::Kind::null: out += "null"; return;
    case Datum::Kind::boolean: out += datum.text(); return;
    case Datum::Kind::integer:
    case Datum::Kind::number:
      if (const std::string number = json_number(datum.text()); !number.empty()) {
        out += number;
      } else {
        append_quoted(out, json_text_for(datum.text()));
      }
      return;
    case Datum::Kind::text: append_quoted(out, datum.text()); return;
    case Datum::Kind::list: {
      char before = '[';
      for (const Datum& item : datum.items()) {
        out += before;
        before = ',';
        append_json(out, item);
      }
      out += before == '[' ? "[]" : "]";
      return;
    }
    case Datum::Kind::map: {
      char before = '{';
      for (const Member& member : datum.members()) {
        out += before;
        before = ',';
        append_quoted(out, member.key);
        out += ':';
        append_json(out, member.value);
      }
      out += before == '{' ? "{}" : "}";
      return;
    }
  }
}

// Characters that may stand anywhere in an unquoted scalar.
bool is_harmless(char c) {
  const bool alphanumeric =
      (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return alphanumeric || std::string_view("_-./$+()").find(c) != std::string_view::npos;
}

// Whether the text can stand without quotes and is read back as a text.
bool is_plain(std::string_view text) {
  if (text.empty() || plain_scalar_kind(text) != Datum::Kind::text) return false;
  const char first = text.front();
  if (first == '-' || first == '.') return false;
  return text != "<<" &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_harmless(c); });
}

// Whether the text can be a literal block that is read back exactly, and looks in an editor as it
// is: several lines, none of them blank at its ends, nothing but what YAML takes as it is.
bool is_block(std::string_view text) {
  const std::size_t lines_end = text.find_last_not_of('\n');
  if (lines_end == std::string_view::npos || text.size() - lines_end > 2) return false;
  if (text.find('\n') == std::string_view::npos) return false;
  if (std::string_view(" \t\n").find(text.front()) != std::string_view::npos) return false;
  if (text.find(" \n") != std::string_view::npos || text.find("\t\n") != std::string_view::npos) {
    return false;
  }
  if (text.back() == ' ' || text.back() == '\t' || text.find("\n\t") != std::string_view::npos) {
    return false;
  }
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= ' ' && c < 0x7F) || c == '\n' || c == '\t'; });
}

class YamlWriter {
 public:
  std::string write(const Datum& datum) {
    if (datum.is_map() && !datum.members().empty()) {
      members(datum.members(), 0);
    } else if (datum.is_list() && !datum.items().empty()) {
      items(datum.items(), 0);
    } else {
      scalar(datum, 0);
      out_ += '\n';
    }
    return std::move(out_);
  }

 private:
  void indent(std::size_t depth) { out_.append(2 * depth, ' '); }

  // The first member stands where the writer stands.
  void members(const Members& members, std::size_t depth) {
    bool first = true;
    for (const Member& member : members) {
      if (!first) indent(depth);
      first = false;
      text(member.key);
      out_ += ':';
      value(member.value, depth);
    }
  }

  void items(const Data& items, std::size_t depth) {
    bool first = true;
    for (const Datum& item : items) {
      if (!first) indent(depth);
      first = false;
      out_ += "- ";
      if (item.is_map() && !item.members().empty()) {
        members(item.members(), depth + 1);
      } else if (item.is_list() && !item.items().empty()) {
        this->items(item.items(), depth + 1);
      } else {
        scalar(item, depth + 1);
        out_ += '\n';
      }
    }
  }

  // What follows a key.
  void value(const Datum& datum, std::size_t depth) {
    if (datum.is_map() && !datum.members().empty()) {
      out_ += '\n';
      indent(depth + 1);
      members(datum.members(), depth + 1);
    } else if (datum.is_list() && !datum.items().empty()) {
      out_ += '\n';
      indent(depth + 1);
      items(datum.items(), depth + 1);
    } else {
      out_ += ' ';
      scalar(datum, depth + 1);
      out_ += '\n';
    }
  }

  // Without the line's end.
  void scalar(const Datum& datum, std::size_t depth) {
    switch (datum.kind()) {
      case Datum::Kind::null: out_ += "null"; return;
      case Datum::Kind::list: out_ += "[]"; return;
      case Datum::Kind::map: out_ += "{}"; return;
      case Datum::Kind::text:
        if (is_block(datum.text())) return block(datum.text(), depth);
        return text(datum.text());
      default: out_ += datum.text(); return;
    }
  }

  void text(std::string_view text) {
    if (is_plain(text)) {
      out_ += text;
    } else {
      append_quoted(out_, text);  // double-quoted YAML takes JSON's escapes
    }
  }

  void block(std::string_view text, std::size_t depth) {
    out_ += text.ends_with('\n') ? "|" : "|-";
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      out_ += '\n';
      if (end > 0) indent(std::max<std::size_t>(depth, 1));
      out_ += text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }

  std::string out_;
};

}  // namespace

std::string to_json(const Datum& datum) {
  std::string out;
  append_json(out, datum);
  return out;
}

std::string to_yaml(const Datum& datum) { return YamlWriter().write(datum); }

std::string write_yaml(const std::vector<Workflow>& workflows) {
  return to_yaml(encode_file(workflows, Format::yaml));
}

std::string write_json(const std::vector<Workflow>& workflows) {
  return to_json(encode_file(workflows, Format::json)) + "\n";
}

}  // namespace millrace
