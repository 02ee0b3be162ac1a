// The answers to prompts that `millrace run --answers FILE` takes, one JSON object a line:
// {"step": 3, "input": {"approved": true}, "workflow": "approval"?}.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "value/dict.h"

namespace millrace {

class PromptAnswers {
 public:
  PromptAnswers() = default;  // none
  // "-" is standard input. Blank lines are skipped; the error of a bad one names file and line.
  static Result<PromptAnswers> read(const std::string& file);

  // The first of those for that step that has not been taken yet.
  std::optional<Dict> take(std::string_view workflow, std::string_view step);

  // Where those stand that have not been taken: "answers.jsonl:3 (step 7)".
  std::vector<std::string> left_over() const;

 private:
  struct Answer {
    std::size_t line = 0;
    std::string workflow;  // handle; empty: any
    Dict input;
  };
  Result<void> add(std::string_view text, std::size_t line);

  std::string file_;
  std::map<std::string, std::deque<Answer>, std::less<>> by_step_;
};

}  // namespace millrace
