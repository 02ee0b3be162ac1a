#include "cli/run_prompts.h"

#include <utility>

namespace millrace {

RunPrompts::RunPrompts(Scope& owner, const SessionRun& run) : run_(run), answers_(run.answers) {
  if (run.questions == nullptr) return;
  TerminalPrompt::Told told;
  told.answer = [this](const OpenPrompt& prompt, Dict input) {
    sessions_->answer(prompt.session, prompt.state, std::move(input));
  };
  told.gave_up = [this] {
    if (sessions_->only_prompts_left()) only_prompts_left();
  };
  terminal_.emplace(owner, *run.questions, std::move(told));
}

void RunPrompts::prompted(const OpenPrompt& prompt) {
  if (auto input = answers_.take(prompt.workflow, prompt.step)) {
    sessions_->answer(prompt.session, prompt.state, std::move(*input));
  } else if (somebody_answers()) {
    terminal_->ask(prompt);
  }
}

void RunPrompts::withdrawn(std::uint64_t session, std::uint64_t state) {
  if (terminal_) terminal_->withdraw(session, state);
}

void RunPrompts::only_prompts_left() {
  if (somebody_answers()) return;
  left_open_ = sessions_->prompts();
  sessions_->leave_all();
}

void RunPrompts::ended(const Plan& plan, const SessionReport& report) {
  if (run_.on_other_end) run_.on_other_end(plan, report);
}

}  // namespace millrace
