#include "engine/frontier_writer.h"

#include <utility>

#include "engine/error_bytes.h"
#include "engine/frontier_format.h"
#include "value/pack.h"

namespace millrace {

template <class Visit>
void FrontierWriter::for_each_state(Visit visit) const {
  machine_.ready_.for_each(visit);
  for (const auto& entry : machine_.waiting_) visit(*entry.second);
  for (const auto& gathering : machine_.gatherings_) {
    for (const StatePtr& state : gathering.arrived) visit(*state);
  }
}

// Outer passes come before inner ones, so that they can be read in order.
void FrontierWriter::find(const Pass* pass) {
  if (pass == nullptr || passes_.numbers.contains(pass)) return;
  find(pass->outer.get());
  passes_.add(pass);
  loops_.add(pass->loop.get());
  loops_.add(pass->bounded_by.get());
  for (const Deposit& deposit : pass->ended) find(deposit.handler.get());
}

void FrontierWriter::find(const Handler* handler) {
  if (handlers_.add(handler)) find(handler->pass.get());
}

void FrontierWriter::find_shared() {
  find(machine_.session_pass_.get());
  for_each_state([this](const State& state) {
    find(state.pass.get());
    find(state.handler.get());
    loops_.add(state.loop.get());
  });
}

void FrontierWriter::add_value(const Value& value) {
  out_.add_number(values_.size());
  values_.push_back(value);
}

// By name: which slot a name has is up to the compiler of the plan.
void FrontierWriter::add_variables(const Variables& variables) {
  const void* identity = variables.identity();
  if (identity != nullptr) {
    const auto [at, is_new] = variables_.try_emplace(identity, values_.size());
    if (!is_new) return out_.add_number(at->second);
  }
  add_value(variables.to_vars());
}

// The innermost arm that is known already, then those within it.
void FrontierWriter::add_order(const BranchKey& order) {
  std::vector<const BranchKey::Arm*> within;
  const BranchKey::Arm* known = order.last().get();
  for (; known != nullptr && !arms_.numbers.contains(known); known = known->fork.get()) {
    within.push_back(known);
  }
  out_.add_number(arms_.of(known));
  out_.add_number(within.size());
  for (auto arm = within.rbegin(); arm != within.rend(); ++arm) {
    arms_.add(*arm);
    out_.add_number((*arm)->index);
  }
}

void FrontierWriter::add_indices(const std::vector<std::uint32_t>& indices) {
  out_.add_number(indices.size());
  for (const std::uint32_t index : indices) out_.add_number(index);
}

void FrontierWriter::add_error(const Error& error) {
  millrace::add_error(out_, error, [this](const Dict& facts) { add_vars(facts); });
}

void FrontierWriter::add_failure(const std::optional<Failure>& failure) {
  out_.add_flag(failure.has_value());
  if (!failure) return;
  add_error(failure->error);
  out_.add_number(failure->step ? *failure->step + 1ULL : 0);
}

void FrontierWriter::add_machine() {
  out_.add_byte(static_cast<std::uint8_t>(machine_.status_));
  out_.add_word(machine_.random_.state());
  out_.add_number(machine_.next_state_);
  out_.add_number(machine_.executed_);
  out_.add_number(machine_.made_);
  out_.add_number(machine_.allowance_);
  out_.add_flag(machine_.struck_.has_value());
  if (machine_.struck_) add_error(*machine_.struck_);
  add_failure(machine_.struck_failure_);
  add_failure(machine_.failure_);
  add_variables(machine_.result_);
}

void FrontierWriter::add_pass(const Pass& pass) {
  out_.add_number(passes_.of(pass.outer.get()));
  out_.add_number(loops_.of(pass.loop.get()));
  out_.add_number(loops_.of(pass.bounded_by.get()));
  out_.add_number(pass.live);
  add_order(pass.order);
  out_.add_number(pass.ended.size());
  for (const Deposit& deposit : pass.ended) {
    add_order(deposit.order);
    add_variables(deposit.scope);
    out_.add_number(handlers_.of(deposit.handler.get()));
  }
}

void FrontierWriter::add_loop(const Loop& loop) {
  out_.add_number(loop.step);
  out_.add_byte(static_cast<std::uint8_t>(loop.over));
  out_.add_number(loop.passes);
  add_time(loop.began);
  out_.add_flag(loop.deadline.has_value());
  if (loop.deadline) add_time(*loop.deadline);
  switch (loop.over) {
    case Loop::Over::sequence:
      out_.add_word(loop.next);
      out_.add_word(loop.last);
      out_.add_word(loop.stride);
      break;
    case Loop::Over::items:
      add_value(loop.items);
      out_.add_number(loop.index);
      break;
    case Loop::Over::condition:
      // What the plan knows is found there again.
      add_text(loop.condition_names ? loop.condition->source() : "");
      break;
    case Loop::Over::lines:
      add_value(Value::reader(loop.stream));
      add_text(std::string_view(loop.batch).substr(loop.in_batch));
      out_.add_number(loop.read);
      break;
  }
}

void FrontierWriter::add_effect(const std::optional<Effect>& effect) {
  const auto mark = [this](EffectMark of) { out_.add_byte(static_cast<std::uint8_t>(of)); };
  if (!effect) return mark(EffectMark::none);
  if (const auto* call = std::get_if<CallEffect>(&effect->what)) {
    mark(EffectMark::call);
    add_vars(call->arguments);
  } else if (const auto* drain = std::get_if<DrainEffect>(&effect->what)) {
    mark(EffectMark::drain);
    add_value(Value::reader(drain->reader));
  } else if (const auto* delay = std::get_if<DelayEffect>(&effect->what)) {
    mark(EffectMark::delay);
    add_time(delay->until);
  } else if (const auto* prompt = std::get_if<PromptEffect>(&effect->what)) {
    mark(EffectMark::prompt);
    add_vars(prompt->arguments);
  } else if (const auto* exec = std::get_if<ExecEffect>(&effect->what)) {
    mark(EffectMark::exec);
    add_text(exec->workflow);
    add_vars(exec->scope);
    out_.add_flag(exec->wait);
    out_.add_flag(exec->timeout.has_value());
    if (exec->timeout) out_.add_word(exec->timeout->count());
  } else {
    mark(EffectMark::lines);
  }
}

void FrontierWriter::add_delivered(const std::optional<EffectResult>& delivered) {
  const auto mark = [this](ResultMark of) { out_.add_byte(static_cast<std::uint8_t>(of)); };
  if (!delivered) return mark(ResultMark::none);
  if (const auto* vars = std::get_if<Dict>(&*delivered)) {
    mark(ResultMark::vars);
    add_vars(*vars);
  } else if (const auto* lines = std::get_if<std::string>(&*delivered)) {
    mark(ResultMark::lines);
    add_text(*lines);
  } else if (const auto* error = std::get_if<Error>(&*delivered)) {
    mark(ResultMark::error);
    add_error(*error);
  } else {
    mark(ResultMark::nothing);
  }
}

void FrontierWriter::add_run(const std::optional<ArgumentRun>& run) {
  out_.add_flag(run.has_value());
  if (!run) return;
  add_variables(run->scope());
  const ArgumentRun::Progress progress = run->progress();
  out_.add_number(progress.next);
  out_.add_number(progress.before.size());
  for (const auto& before : progress.before) {
    add_text(machine_.plan_->names()->name(before.slot));
    add_value(before.value);
  }
}

void FrontierWriter::add_state(const State& state) {
  out_.add_number(state.id);
  out_.add_number(state.step);
  out_.add_number(state.via ? *state.via + 1ULL : 0);
  out_.add_byte(static_cast<std::uint8_t>(state.phase));
  add_variables(state.scope);
  add_order(state.order);
  out_.add_number(passes_.of(state.pass.get()));
  out_.add_number(handlers_.of(state.handler.get()));
  out_.add_flag(state.in_cleanup);
  out_.add_number(state.execution);
  add_time(state.began);
  add_effect(state.effect);
  add_delivered(state.delivered);
  add_run(state.run);
  out_.add_number(state.hidden.size());
  for (const State::Hidden& hidden : state.hidden) {
    add_text(machine_.plan_->names()->name(hidden.slot));
    add_value(hidden.value);
  }
  add_vars(state.over);
  add_vars(state.arguments);
  out_.add_number(state.tries);
  out_.add_number(loops_.of(state.loop.get()));
  out_.add_number(state.path);
  add_indices(state.chosen);
}

Result<PackedFrontier> FrontierWriter::run() {
  find_shared();
  add_machine();
  out_.add_number(passes_.all.size());
  out_.add_number(loops_.all.size());
  out_.add_number(handlers_.all.size());
  out_.add_number(passes_.of(machine_.session_pass_.get()));
  for (const Loop* loop : loops_.all) add_loop(*loop);
  for (const Pass* pass : passes_.all) add_pass(*pass);
  for (const Handler* handler : handlers_.all) {
    out_.add_number(handler->step);
    out_.add_number(passes_.of(handler->pass.get()));
  }
  out_.add_number(machine_.ready_.size());
  machine_.ready_.for_each([this](const State& state) { add_state(state); });
  out_.add_number(machine_.waiting_.size());
  for (const auto& entry : machine_.waiting_) add_state(*entry.second);
  out_.add_number(machine_.gatherings_.size());
  for (const auto& gathering : machine_.gatherings_) {
    out_.add_number(gathering.arrived.size());
    for (const StatePtr& state : gathering.arrived) add_state(*state);
  }
  MILLRACE_TRY_ASSIGN(packed, pack(Value::list(std::move(values_))));
  ByteWriter whole;
  whole.add_byte(kFrontierVersion);
  whole.add_chars(machine_.plan_->hash());
  whole.add_chars(out_.bytes());
  whole.add_chars(packed.bytes);
  return PackedFrontier{std::move(whole).take(), std::move(packed.readers)};
}

Result<PackedFrontier> pack_frontier(const SessionMachine& machine) {
  return FrontierWriter(machine).run();
}

}  // namespace millrace
