// Asks the person at standard input for the answers to prompts, one after the other, while
// everything else on the shard goes on.
#pragma once

#include <deque>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>

#include "cli/typed_answer.h"
#include "engine/session.h"
#include "scope/readable.h"
#include "scope/scope.h"

namespace millrace {

class TerminalPrompt {
 public:
  struct Told {
    std::function<void(const OpenPrompt&, Dict)> answer;
    std::function<void()> gave_up;  // the end of the input: nothing will be asked any more
  };
  // Both outlive it. `owner` owns the asking and is closed before this goes. Questions go to `out`.
  TerminalPrompt(Scope& owner, std::ostream& out, Told told)
      : owner_(owner), out_(out), told_(std::move(told)) {}

  void ask(OpenPrompt prompt);
  // Nobody wants that answer any more.
  void withdraw(std::uint64_t session, std::uint64_t state);
  bool has_given_up() const { return given_up_; }

 private:
  Task<Result<void>> ask_all(Scope& scope);
  Task<std::optional<Dict>> ask_one(Scope& question);
  Task<std::optional<Dict>> read_answer(Scope& question);
  Task<std::optional<std::string>> read_line(Scope& question);
  void show_question();
  void give_up();

  Scope& owner_;
  std::ostream& out_;
  Told told_;
  std::deque<OpenPrompt> waiting_;
  std::optional<OpenPrompt> asked_;  // that is being asked
  Scope* question_ = nullptr;        // of that
  std::optional<Readable> input_;
  std::string typed_;  // and not used yet
  bool running_ = false;
  bool given_up_ = false;
};

}  // namespace millrace
