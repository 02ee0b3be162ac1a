#include "cli/terminal_prompt.h"

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ostream>
#include <utility>

#include "cli/shown_value.h"
#include "cli/terminal.h"

namespace millrace {

void TerminalPrompt::ask(OpenPrompt prompt) {
  waiting_.push_back(std::move(prompt));
  if (running_) return;
  running_ = true;
  owner_.start("person at the terminal", [this](Scope& scope) { return ask_all(scope); });
}

void TerminalPrompt::withdraw(std::uint64_t session, std::uint64_t state) {
  const auto is_it = [&](const OpenPrompt& prompt) {
    return prompt.session == session && prompt.state == state;
  };
  std::erase_if(waiting_, is_it);
  if (question_ != nullptr && is_it(*asked_)) {
    question_->cancel(StopCause::finished, "nobody waits for the answer any more");
  }
}

Task<Result<void>> TerminalPrompt::ask_all(Scope& scope) {
  while (!waiting_.empty() && !given_up_ && !scope.stopped()) {
    asked_ = std::move(waiting_.front());
    waiting_.pop_front();
    std::optional<Dict> answer;
    {
      Scope question(scope, "question");
      question_ = &question;
      answer = co_await ask_one(question);
      question_ = nullptr;
      co_await question.close();
    }
    if (answer) told_.answer(*asked_, std::move(*answer));
  }
  running_ = false;
  if (given_up_ && !scope.stopped()) told_.gave_up();
  co_return Result<void>();
}

// Nothing when there is none to be had: the person gives up, or nobody wants it any more.
Task<std::optional<Dict>> TerminalPrompt::ask_one(Scope& question) {
  if (!input_) input_.emplace(question.shard(), STDIN_FILENO);
  show_question();
  auto answer = co_await read_answer(question);
  if (answer || given_up_) co_return answer;
  // What has been typed of it is no answer to the next question.
  ::tcflush(STDIN_FILENO, TCIFLUSH);
  typed_.clear();
  out_ << '\n';
  if (question.parent()->stopped()) co_return std::nullopt;  // all of this run ends
  out_ << fmt::format("step {} of workflow \"{}\" no longer waits for an answer\n",
                      for_terminal(asked_->step), asked_->workflow);
  co_return std::nullopt;
}

void TerminalPrompt::show_question() {
  const bool colour = wants_colour(STDERR_FILENO);
  out_ << coloured(fmt::format("step {} of workflow \"{}\" asks for {}", for_terminal(asked_->step),
                               asked_->workflow, for_terminal(asked_->ref)),
                   Colour::bold, colour)
       << '\n';
  print_vars(asked_->payload, out_, 2);
  out_ << coloured("answer with a JSON object, or with NAME=VALUE lines and an empty line",
                   Colour::dim, colour)
       << '\n';
}

Task<std::optional<Dict>> TerminalPrompt::read_answer(Scope& question) {
  while (true) {
    TypedAnswer answer;
    bool complete = false;
    while (!complete) {
      auto line = co_await read_line(question);
      if (!line) co_return std::nullopt;
      complete = answer.add(*line);
    }
    auto values = answer.values();
    if (values) co_return std::move(*values);
    out_ << for_terminal(values.error().to_line()) << "\nonce more, please\n";
  }
}

// Without its end.
Task<std::optional<std::string>> TerminalPrompt::read_line(Scope& question) {
  out_ << "> " << std::flush;
  std::size_t end = 0;
  while ((end = typed_.find('\n')) == std::string::npos) {
    auto ready = co_await input_->wait(question, "waiting for the person at the terminal");
    if (!ready) {
      if (!question.stopped()) give_up();
      co_return std::nullopt;
    }
    std::array<char, 4096> chunk{};
    const ssize_t size = ::read(STDIN_FILENO, chunk.data(), chunk.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) {
      give_up();
      co_return std::nullopt;
    }
    typed_.append(chunk.data(), static_cast<std::size_t>(size));
  }
  std::string line = typed_.substr(0, end);
  typed_.erase(0, end + 1);
  co_return line;
}

void TerminalPrompt::give_up() {
  given_up_ = true;
  waiting_.clear();
  out_ << '\n';
}

}  // namespace millrace
