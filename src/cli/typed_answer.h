// What a person types as the answer to a prompt: a JSON object, over as many lines as it needs, or
// NAME=VALUE lines that an empty line ends.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "value/dict.h"

namespace millrace {

class TypedAnswer {
 public:
  // One more line, without its end. True when it was the last: the object is closed, or the line
  // is empty.
  bool add(std::string_view line);

  // A value is JSON (true, 12, "text", {"@type": ...}) or else the text as it stands. No line but
  // the empty one is an answer without values.
  Result<Dict> values() const;

 private:
  void count_brackets(std::string_view line);
  Result<Dict> assignments() const;

  std::string text_;
  bool is_json_ = false;
  int open_ = 0;  // brackets of the object
  bool in_text_ = false;
  bool escaped_ = false;
};

}  // namespace millrace
