// A source file as the rules of style see it: whole, without its comments and texts, and as tokens.
// What stands in a comment or in a text never looks like code to a rule.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::tidy {

struct Token {
  std::string_view text;  // an identifier or number, "::", "->", or one other character
  std::size_t offset;     // in the file
};

struct Finding {
  std::string path;
  std::size_t line;
  std::string what;
};

class Source {
 public:
  // `path` is relative to the checkout, with slashes.
  Source(std::string path, std::string text);
  // The tokens point into the file's own texts.
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  const std::string& path() const { return path_; }
  const std::string& text() const { return text_; }
  // Of the same length as the text, with comments (and in `code` also the content of texts) blank.
  const std::string& code_with_texts() const { return code_with_texts_; }
  const std::string& code() const { return code_; }
  // The same the other way round: all but comments blank.
  const std::string& comments() const { return comments_; }
  const std::vector<Token>& tokens() const { return tokens_; }

  std::size_t line_of(std::size_t offset) const;
  std::size_t lines() const;
  bool is_header() const { return path_.ends_with(".h"); }
  // The folder under `root` ("src", "tests"), or nothing where the file is not below a folder
  // there.
  std::string folder_under(std::string_view root) const;

  Finding finding(std::size_t offset, std::string what) const;

 private:
  void separate();

  std::string path_;
  std::string text_;
  std::string code_with_texts_;
  std::string code_;
  std::string comments_;
  std::vector<Token> tokens_;
};

std::vector<Token> tokens_of(std::string_view code);

// One "path:line: what" a line, for a failure's message.
std::string to_text(const std::vector<Finding>& findings);

}  // namespace millrace::tidy
