// Runs a workflow given as YAML on a simulated shard, with effects that a test scripts.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "engine/piece_reader.h"
#include "engine/sessions.h"
#include "value/json.h"
#include "workflow/read.h"
#include "workflow/stand_ins.h"

namespace millrace {

// Functions answer what the test says, after the time it says; lines come one by one.
class ScriptedEffects final : public Effects {
 public:
  using Behaviour = std::function<Task<Result<Dict>>(Scope& step, FunctionCall call)>;

  Task<Result<Dict>> call(Scope& step, Scope&, FunctionCall call) override {
    ++calls;
    auto found = functions.find(call.ref);
    if (found == functions.end()) co_return Dict();
    co_return co_await found->second(step, std::move(call));
  }
  Task<Result<void>> drain(Scope& step, Ref<Reader> reader) override {
    ++drains;
    if (auto* late = dynamic_cast<LateReader*>(reader.get())) {
      auto opened = co_await late->opened(step);
      if (!opened) co_return opened.error();
      reader = std::move(*opened);
    }
    if (auto* stored = dynamic_cast<PieceReader*>(reader.get())) {
      std::string whole;
      for (std::uint64_t number = 0;; ++number) {
        auto piece = co_await stored->piece(step, number);
        if (!piece) co_return piece.error();
        if (piece->empty()) break;
        whole += *piece;
      }
      stored->adopt(std::move(whole));
    }
    auto* scripted = dynamic_cast<ScriptedReader*>(reader.get());
    auto slept = co_await step.sleep_for(std::chrono::seconds(1), "reading");
    if (!slept) co_return slept.error();
    if (scripted != nullptr) scripted->arrived = true;
    co_return Result<void>();
  }
  Task<Result<void>> settle(Scope& step, Scope&) override {
    co_return co_await step.sleep_for(settling, "settling");
  }
  bool is_settled(Scope&) override { return settling == Nanos{0}; }
  void hand_over(const Dict& vars, Scope&) override { handed_over.push_back(vars); }
  std::unique_ptr<LineSource> lines(Ref<Reader> reader, std::uint64_t from) override {
    return std::make_unique<Lines>(std::string(**reader->drained()).substr(from));
  }

  std::unique_ptr<PieceSource> pieces(Ref<Reader> reader) override {
    return piece_source ? piece_source(reader) : Effects::pieces(reader);
  }
  Deadline deadline_of(const Reader& /*reader*/) override { return deadline; }

  // Has its content only once it has been drained.
  class ScriptedReader final : public Reader {
   public:
    explicit ScriptedReader(std::string content) : content_(std::move(content)) {}
    std::optional<Result<std::string_view>> drained() const override {
      if (!arrived) return std::nullopt;
      return Result<std::string_view>(content_);
    }
    std::size_t bytes_held() const override { return content_.size(); }
    bool arrived = false;

   private:
    std::string content_;
  };

  std::map<std::string, Behaviour> functions;
  Nanos settling{};   // before a delay
  Deadline deadline;  // of all streams
  std::function<std::unique_ptr<PieceSource>(const Ref<Reader>&)> piece_source;
  std::vector<Dict> handed_over;
  int calls = 0;
  int drains = 0;

 private:
  // One line at a time, then two, and so on by turns.
  class Lines final : public LineSource {
   public:
    explicit Lines(std::string text) : rest_(std::move(text)) {}
    Task<Result<std::string>> next(Scope& step) override {
      auto slept = co_await step.sleep_for(std::chrono::milliseconds(1), "reading a line");
      if (!slept) co_return slept.error();
      std::string lines = cut();
      if (++count_ % 2 == 0) lines += cut();
      co_return lines;
    }

   private:
    std::string cut() {
      const auto end = rest_.find('\n');
      std::string line = rest_.substr(0, end == std::string::npos ? end : end + 1);
      rest_.erase(0, line.size());
      return line;
    }
    std::string rest_;
    int count_ = 0;
  };
};

// `text` with its first `from` replaced.
inline std::string with(std::string_view text, std::string_view from, std::string_view to) {
  std::string result(text);
  const std::size_t at = result.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? result : result.replace(at, from.size(), to);
}

inline Ref<const Plan> plan_of(std::string_view yaml) {
  auto document = read_document(yaml, "test.yaml", Format::yaml);
  EXPECT_TRUE(document) << document.error().to_line();
  auto plan = compile_plan(document->workflows.front(), stand_ins());
  EXPECT_TRUE(plan) << plan.error().to_line();
  return *plan;
}

struct Ran {
  SessionReport report;
  std::string steps;  // "1 2 1 3"
  TimePoint ended;

  std::string var(std::string_view name) const {
    const Value* value = report.vars.find(name);
    return value == nullptr ? "(none)" : *to_typed_json(*value);
  }
  std::string error() const {
    return report.failure ? report.failure->error.message() : std::string();
  }
};

// The workflows of one text, which run one another.
class TextPlans final : public Plans {
 public:
  explicit TextPlans(std::string_view yaml)
      : document_(*read_document(yaml, "test.yaml", Format::yaml)) {}
  Result<Ref<const Plan>> find(std::string_view workflow) override {
    for (const Workflow& known : document_.workflows) {
      if (known.handle.text != workflow && known.id.text != workflow) continue;
      auto plan = compile_plan(known, stand_ins());
      if (!plan) return plan.error();
      return Ref<const Plan>(*plan);
    }
    return Error(ErrorKind::not_found, "there is no workflow \"" + std::string(workflow) + "\"");
  }

 private:
  Document document_;
};

// Answers prompts by their step, each after a time; a prompt without an answer is left.
class ScriptedPeople final : public SessionFollower {
 public:
  struct Answer {
    Nanos after;
    Dict input;
  };
  std::multimap<std::string, Answer> answers;  // by step, used in order
  std::vector<OpenPrompt> asked;
  std::vector<SessionReport> detached;

  void begin(Scope& scope, Sessions& sessions) {
    scope_ = &scope;
    sessions_ = &sessions;
  }
  void prompted(const OpenPrompt& prompt) override {
    asked.push_back(prompt);
    const auto found = answers.find(prompt.step);
    if (found == answers.end()) return;
    const Answer answer = found->second;
    answers.erase(found);
    scope_->start("a person", [this, prompt, answer](Scope& scope) -> Task<Result<void>> {
      auto thought = co_await scope.sleep_for(answer.after, "thinking");
      if (thought) sessions_->answer(prompt.session, prompt.state, answer.input);
      co_return Result<void>();
    });
  }
  void only_prompts_left() override {
    if (scope_->tasks() > 0) return;  // somebody still thinks
    for (const OpenPrompt& prompt : sessions_->prompts()) sessions_->leave(prompt.session);
  }
  void ended(const Plan& /*plan*/, const SessionReport& report) override {
    detached.push_back(report);
  }

 private:
  Scope* scope_ = nullptr;
  Sessions* sessions_ = nullptr;
};

inline Ran run_workflow(std::string_view yaml, std::string_view input, ScriptedEffects& effects,
                        SessionOptions options = {}, ScriptedPeople* people = nullptr) {
  Ran ran;
  const Ref<const Plan> plan = plan_of(yaml);
  TextPlans plans(yaml);
  auto given = from_json_input(input);
  EXPECT_TRUE(given) << given.error().to_line();
  options.trace.steps = 10'000;
  Shard shard(TimeMode::simulated);
  Random random(1);
  shard.run([&](Scope& main) -> Task<void> {
    Scope persons(main, "people", {.fail_fast = false});
    Sessions sessions(main, effects, random, &plans, people);
    if (people != nullptr) people->begin(persons, sessions);
    ran.report =
        co_await run_session(main, sessions, {.plan = plan, .scope = *given, .options = options});
    co_await sessions.join();
    EXPECT_EQ(sessions.size(), 0U);
    co_await persons.close();
  });
  EXPECT_EQ(shard.live_scopes(), 0U);
  for (const std::uint32_t step : ran.report.steps) {
    if (!ran.steps.empty()) ran.steps += ' ';
    ran.steps += plan->step(step).id;
  }
  ran.ended = shard.now();
  return ran;
}

inline Ran run_workflow(std::string_view yaml, std::string_view input = "{}") {
  ScriptedEffects effects;
  return run_workflow(yaml, input, effects);
}

}  // namespace millrace
