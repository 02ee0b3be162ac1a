#include "engine/frontier_reader.h"

#include <fmt/format.h>

#include <utility>

#include "engine/error_bytes.h"
#include "engine/frontier_format.h"
#include "value/pack.h"

namespace millrace {
namespace {

Error damaged() {
  return {ErrorKind::bug, "a stored session is damaged or was not written by Millrace"};
}

}  // namespace

Value FrontierReader::next_value() {
  const std::uint64_t number = in_.next_below(values_.size());
  return in_.failed() ? Value::null() : values_[number];
}

Dict FrontierReader::next_vars() {
  const Value value = next_value();
  if (value.has_dict()) return value.dict();
  in_.fail();
  return {};
}

// What was shared is shared again.
Variables FrontierReader::next_variables() {
  const std::uint64_t number = in_.next_below(values_.size());
  if (const auto known = variables_.find(number); known != variables_.end()) return known->second;
  if (in_.failed() || !values_[number].has_dict()) {
    in_.fail();
    return {};
  }
  return variables_.emplace(number, Variables(plan_.names(), values_[number].dict())).first->second;
}

BranchKey FrontierReader::next_order() {
  Ref<BranchKey::Arm> last = next_of(arms_);
  for (std::size_t left = in_.next_count(); left > 0; --left) {
    last = make_ref<BranchKey::Arm>(last, static_cast<std::uint32_t>(in_.next_number()));
    arms_.push_back(last);
  }
  return BranchKey(std::move(last));
}

std::vector<std::uint32_t> FrontierReader::next_indices() {
  std::vector<std::uint32_t> indices(in_.next_count());
  for (std::uint32_t& index : indices) index = static_cast<std::uint32_t>(in_.next_number());
  return indices;
}

std::uint32_t FrontierReader::next_slot() {
  const auto slot = plan_.names()->find(in_.next_chars());
  if (!slot) in_.fail();
  return slot.value_or(0);
}

Ref<Reader> FrontierReader::next_reader() {
  const Value value = next_value();
  if (value.is_reader()) return value.as_reader();
  in_.fail();
  return {};
}

Error FrontierReader::next_error() {
  return millrace::next_error(in_, [this] { return next_vars(); });
}

std::optional<Failure> FrontierReader::next_failure() {
  if (!in_.next_flag()) return std::nullopt;
  Failure failure{next_error(), std::nullopt};
  const std::uint64_t step = in_.next_below(plan_.steps().size() + 1);
  if (step > 0) failure.step = static_cast<std::uint32_t>(step - 1);
  return failure;
}

void FrontierReader::read_machine() {
  machine_.status_ = next_enum(Status::canceled);
  machine_.random_ = Random(in_.next_word<std::uint64_t>());
  machine_.next_state_ = in_.next_number();
  machine_.executed_ = in_.next_number();
  machine_.made_ = in_.next_number();
  machine_.allowance_ = in_.next_number();
  if (in_.next_flag()) machine_.struck_ = next_error();
  machine_.struck_failure_ = next_failure();
  machine_.failure_ = next_failure();
  machine_.result_ = next_variables();
}

void FrontierReader::read_pass(std::size_t index) {
  Pass& pass = *passes_[index];
  // One that was written before it.
  if (const std::uint64_t outer = in_.next_below(index + 1); outer > 0) {
    pass.outer = passes_[outer - 1];
  }
  pass.loop = next_of(loops_);
  pass.bounded_by = next_of(loops_);
  pass.live = static_cast<std::uint32_t>(in_.next_number());
  pass.order = next_order();
  for (std::size_t left = in_.next_count(); left > 0 && !in_.failed(); --left) {
    Deposit& deposit = pass.ended.emplace_back();
    deposit.order = next_order();
    deposit.scope = next_variables();
    deposit.handler = next_of(handlers_);
    ++machine_.deposits_;
  }
  // Only the session's own has no loop, and nothing is around it.
  const bool is_own = !pass.loop;
  if (is_own != !pass.outer || (pass.bounded_by && !pass.bounded_by->deadline)) in_.fail();
}

void FrontierReader::read_condition(Loop& loop) {
  const std::string_view source = in_.next_chars();
  if (source.empty()) {
    loop.condition = plan_.step(loop.step).loop_condition;
    if (!loop.condition) in_.fail();
    return;
  }
  auto names = make_ref<Names>();
  auto compiled = compile_expression(source, *names);
  if (!compiled) return in_.fail();
  loop.condition = *compiled;
  loop.condition_names = names;
}

void FrontierReader::read_loop(Loop& loop) {
  loop.step = next_step();
  if (in_.failed() || plan_.step(loop.step).kind != StepKind::iterator) return in_.fail();
  loop.over = next_enum(Loop::Over::lines);
  loop.passes = in_.next_number();
  loop.began = next_time();
  if (in_.next_flag()) loop.deadline = next_time();
  if (loop.deadline && !plan_.step(loop.step).timeout) return in_.fail();
  switch (loop.over) {
    case Loop::Over::sequence:
      loop.next = in_.next_word<std::int64_t>();
      loop.last = in_.next_word<std::int64_t>();
      loop.stride = in_.next_word<std::int64_t>();
      break;
    case Loop::Over::items:
      loop.items = next_value();
      loop.index = in_.next_number();
      if (!loop.items.has_items()) in_.fail();
      break;
    case Loop::Over::condition: read_condition(loop); break;
    case Loop::Over::lines:
      loop.stream = next_reader();
      loop.batch = next_text();
      loop.read = in_.next_number();
      break;
  }
}

std::optional<Effect> FrontierReader::next_effect() {
  Effect effect;
  switch (next_enum(EffectMark::exec)) {
    case EffectMark::none: return std::nullopt;
    case EffectMark::call: effect.what = CallEffect{next_vars()}; break;
    case EffectMark::drain: effect.what = DrainEffect{next_reader()}; break;
    case EffectMark::lines: effect.what = LinesEffect{}; break;
    case EffectMark::delay: effect.what = DelayEffect{next_time()}; break;
    case EffectMark::prompt: effect.what = PromptEffect{next_vars()}; break;
    case EffectMark::exec: {
      ExecEffect exec;
      exec.workflow = next_text();
      exec.scope = next_vars();
      exec.wait = in_.next_flag();
      if (in_.next_flag()) exec.timeout = Nanos(in_.next_word<std::int64_t>());
      effect.what = std::move(exec);
      break;
    }
  }
  return effect;
}

std::optional<EffectResult> FrontierReader::next_delivered() {
  switch (next_enum(ResultMark::error)) {
    case ResultMark::none: return std::nullopt;
    case ResultMark::nothing: return std::monostate();
    case ResultMark::vars: return next_vars();
    case ResultMark::lines: return next_text();
    case ResultMark::error: return next_error();
  }
  return std::nullopt;
}

void FrontierReader::read_run(State& state) {
  if (!in_.next_flag()) return;
  Variables scope = next_variables();
  ArgumentRun::Progress progress;
  progress.next = in_.next_number();
  for (std::size_t left = in_.next_count(); left > 0 && !in_.failed(); --left) {
    const std::uint32_t slot = next_slot();
    progress.before.push_back({slot, next_value()});
  }
  state.run.emplace(std::move(scope), progress);
}

// What the machine takes for granted of a state.
bool FrontierReader::is_whole(const State& state) const {
  const PlanStep& step = plan_.step(state.step);
  if (!state.pass) return false;
  for (const std::uint32_t path : state.chosen) {
    if (path >= step.paths.size()) return false;
  }
  if (state.loop && (state.loop->step != state.step || step.kind != StepKind::iterator)) {
    return false;
  }
  return state.loop || state.phase != Phase::looping;
}

StatePtr FrontierReader::next_state() {
  auto state = std::make_unique<State>();
  state->id = in_.next_number();
  state->step = next_step();
  if (const std::uint64_t via = in_.next_below(plan_.path_count() + 1); via > 0) {
    state->via = static_cast<std::uint32_t>(via - 1);
  }
  state->phase = next_enum(Phase::looping);
  state->scope = next_variables();
  state->order = next_order();
  state->pass = next_of(passes_);
  state->handler = next_of(handlers_);
  state->in_cleanup = in_.next_flag();
  state->execution = in_.next_number();
  state->began = next_time();
  state->effect = next_effect();
  state->delivered = next_delivered();
  read_run(*state);
  for (std::size_t left = in_.next_count(); left > 0 && !in_.failed(); --left) {
    const std::uint32_t slot = next_slot();
    state->hidden.push_back({slot, next_value()});
  }
  state->over = next_vars();
  state->arguments = next_vars();
  state->tries = static_cast<std::uint32_t>(in_.next_number());
  state->loop = next_of(loops_);
  state->path = in_.next_number();
  state->chosen = next_indices();
  if (!in_.failed() && !is_whole(*state)) in_.fail();
  if (!in_.failed() && state->effect) machine_.set_bounds(*state);
  return state;
}

bool FrontierReader::run() {
  read_all();
  if (in_.at_end()) return true;
  // Handlers hold their passes, and ends of branches their handlers.
  for (auto& pass : passes_) pass->ended.clear();
  machine_.deposits_ = 0;
  return false;
}

void FrontierReader::read_all() {
  read_machine();
  passes_.resize(in_.next_count());
  loops_.resize(in_.next_count());
  handlers_.resize(in_.next_count());
  for (auto& pass : passes_) pass = make_ref<Pass>();
  for (auto& loop : loops_) loop = make_ref<Loop>();
  for (auto& handler : handlers_) handler = make_ref<Handler>();
  machine_.session_pass_ = next_of(passes_);
  for (auto& loop : loops_) {
    if (!in_.failed()) read_loop(*loop);
  }
  for (std::size_t index = 0; index < passes_.size() && !in_.failed(); ++index) read_pass(index);
  for (auto& handler : handlers_) {
    handler->step = next_step();
    handler->pass = next_of(passes_);
    if (!in_.failed() && (!handler->pass || !plan_.step(handler->step).has_handler())) in_.fail();
  }
  for (std::size_t left = in_.next_count(); left > 0 && !in_.failed(); --left) {
    machine_.ready_.push(next_state());
  }
  for (std::size_t left = in_.next_count(); left > 0 && !in_.failed(); --left) {
    StatePtr state = next_state();
    if (!state->effect) in_.fail();
    machine_.begun_.push_back(state->id);
    const std::uint64_t id = state->id;
    if (!machine_.waiting_.emplace(id, std::move(state)).second) in_.fail();
  }
  for (std::size_t left = in_.next_count(); left > 0 && !in_.failed(); --left) {
    SessionMachine::Gathering gathering;
    for (std::size_t more = in_.next_count(); more > 0 && !in_.failed(); --more) {
      gathering.arrived.push_back(next_state());
    }
    if (in_.failed() || gathering.arrived.empty()) {
      in_.fail();
      break;
    }
    gathering.join = gathering.arrived.front()->step;
    gathering.pass = gathering.arrived.front()->pass;
    machine_.gatherings_.push_back(std::move(gathering));
  }
}

Result<std::unique_ptr<SessionMachine>> unpack_frontier(std::string_view bytes,
                                                        std::span<const Ref<Reader>> readers,
                                                        Ref<const Plan> plan,
                                                        MachineOptions options, Trace* trace) {
  ByteReader in(bytes);
  if (const std::uint8_t version = in.next_byte(); version != kFrontierVersion) {
    return Error(ErrorKind::invalid,
                 fmt::format("a stored session has format {}; this release reads format {}: use "
                             "the release that wrote it",
                             version, kFrontierVersion));
  }
  const std::string_view hash = in.next_chars();
  if (in.failed()) return damaged();
  if (hash != plan->hash()) {
    return Error(
        ErrorKind::invalid,
        fmt::format("a stored session is of another version of workflow \"{}\"", plan->handle()));
  }
  const std::string_view structure = in.next_chars();
  MILLRACE_TRY_ASSIGN(values, unpack(in.next_chars(), readers));
  if (!in.at_end() || values.kind() != Value::Kind::list) return damaged();
  const auto items = values.items();
  auto machine = std::make_unique<SessionMachine>(std::move(plan), std::move(options), 0, trace);
  if (!FrontierReader(*machine, structure, {items.begin(), items.end()}).run()) return damaged();
  return machine;
}

}  // namespace millrace
