// What becomes of the prompts of a run: they are answered from a file, then by the person at the
// terminal, and when nothing else is left to do and nobody answers, the run ends.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/prompt_answers.h"
#include "cli/session_run.h"
#include "cli/terminal_prompt.h"
#include "engine/sessions.h"

namespace millrace {

class RunPrompts final : public SessionFollower {
 public:
  // Both outlive it. `owner` owns the asking and is closed before this goes.
  RunPrompts(Scope& owner, const SessionRun& run);
  // Whose follower it is. Before any of them begins.
  void answer_for(Sessions& sessions) { sessions_ = &sessions; }

  // Those that were open when the run was left because of them.
  const std::vector<OpenPrompt>& left_open() const { return left_open_; }
  std::vector<std::string> left_over() const { return answers_.left_over(); }

 private:
  void prompted(const OpenPrompt& prompt) override;
  void withdrawn(std::uint64_t session, std::uint64_t state) override;
  void only_prompts_left() override;
  void ended(const Plan& plan, const SessionReport& report) override;

  bool somebody_answers() const { return terminal_ && !terminal_->has_given_up(); }

  const SessionRun& run_;
  PromptAnswers answers_;
  std::optional<TerminalPrompt> terminal_;
  Sessions* sessions_ = nullptr;
  std::vector<OpenPrompt> left_open_;
};

}  // namespace millrace
