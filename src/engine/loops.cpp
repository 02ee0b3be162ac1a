// Iterators: evaluated once on entry, then one pass after another through the body, until the exit.
#include <fmt/format.h>

#include <utility>

#include "base/wall_time.h"
#include "engine/session_machine.h"
#include "value/cast.h"

namespace millrace {
namespace {

Error step_of_zero() {
  return {
      ErrorKind::invalid,
      "loopSequence would never end: argument \"step\" is 0; use a positive step to count up, a "
      "negative one to count down"};
}

std::int64_t integer_or(const Dict& arguments, std::string_view name, std::int64_t otherwise) {
  const Value* given = arguments.find(name);
  return given == nullptr || !given->is_integer() ? otherwise : given->as_integer();
}

bool has_more(const Loop& loop) {
  return loop.stride > 0 ? loop.next < loop.last : loop.next > loop.last;
}

// The results of the next pass of a loopSequence, or nothing at its end.
std::optional<Dict> next_in_sequence(Loop& loop) {
  if (!has_more(loop)) return std::nullopt;
  Dict results;
  results.set("counter", Value::integer(loop.next));
  results.set("isFirst", Value::boolean(loop.passes == 0));
  // Beyond the range of the counter there is no further pass.
  if (__builtin_add_overflow(loop.next, loop.stride, &loop.next)) loop.next = loop.last;
  results.set("isLast", Value::boolean(!has_more(loop)));
  return results;
}

std::optional<Dict> next_item(Loop& loop) {
  const auto items = loop.items.items();
  if (loop.index >= items.size()) return std::nullopt;
  Dict results;
  results.set("item", items[loop.index]);
  results.set("index", Value::integer(static_cast<std::int64_t>(loop.index)));
  results.set("isFirst", Value::boolean(loop.index == 0));
  results.set("isLast", Value::boolean(loop.index + 1 == items.size()));
  ++loop.index;
  return results;
}

// The next line of those that have been read, without its end (LF or CR LF).
std::optional<Dict> next_in_batch(Loop& loop) {
  const std::string_view rest = std::string_view(loop.batch).substr(loop.in_batch);
  if (rest.empty()) return std::nullopt;
  const std::size_t end = rest.find('\n');
  std::string_view line = rest.substr(0, end);
  loop.in_batch += end == std::string_view::npos ? rest.size() : end + 1;
  if (line.ends_with('\r')) line.remove_suffix(1);
  Dict results;
  results.set("line", Value::text(line));
  return results;
}

}  // namespace

// The arguments have been evaluated: what the loop runs over is fixed from here on.
Result<void> SessionMachine::enter_loop(State& state, const Dict& arguments) {
  const PlanStep& step = plan_->step(state.step);
  auto loop = make_ref<Loop>();
  loop->step = state.step;
  loop->began = state.began;
  if (step.timeout) loop->deadline = later_by(state.began, *step.timeout);
  if (step.ref == "loopSequence") {
    loop->next = integer_or(arguments, "first", 0);
    loop->last = integer_or(arguments, "last", 0);
    loop->stride = integer_or(arguments, "step", 1);
    if (loop->stride == 0) return step_of_zero();
  } else if (step.ref == "loopEach") {
    const Value* items = arguments.find("items");
    loop->over = Loop::Over::items;
    if (items != nullptr && items->has_items()) loop->items = *items;
  } else if (step.ref == "loopDo") {
    loop->over = Loop::Over::condition;
    MILLRACE_TRY(set_loop_condition(*loop, step, arguments));
  } else if (step.ref == "loopLines") {
    const Value* stream = arguments.find("stream");
    if (stream == nullptr || !stream->is_reader()) {
      return Error(ErrorKind::invalid, "argument \"stream\" of loopLines is no Reader");
    }
    loop->over = Loop::Over::lines;
    loop->stream = stream->as_reader();
  } else {
    return Error(ErrorKind::invalid, fmt::format("iterator \"{}\" is not known here", step.ref));
  }
  state.loop = std::move(loop);
  return {};
}

// The condition of a loopDo: known to the plan, or a text that only running makes known. That one
// may name variables without a slot in the plan, so it has a table of names of its own.
Result<void> SessionMachine::set_loop_condition(Loop& loop, const PlanStep& step,
                                                const Dict& arguments) {
  loop.condition = step.loop_condition;
  if (loop.condition) return {};
  const Value* text = arguments.find("while");
  auto names = make_ref<Names>();
  auto compiled =
      compile_expression(text != nullptr && text->is_text() ? text->as_text() : "", *names);
  if (!compiled) return compiled.error();
  loop.condition = *compiled;
  loop.condition_names = names;
  return {};
}

void SessionMachine::iterate(StatePtr state) {
  const PlanStep& step = plan_->step(state->step);
  if (!state->loop) {
    auto arguments = evaluate_arguments(state, step.arguments);
    if (!arguments) return;
    if (auto entered = enter_loop(*state, *arguments); !entered) {
      return fail(std::move(state), entered.error());
    }
  }
  if (state->phase == Phase::results) return begin_pass(std::move(state));
  next_pass(std::move(state));
}

void SessionMachine::next_pass(StatePtr state) {
  state->phase = Phase::looping;
  Loop& loop = *state->loop;
  std::optional<Dict> results;
  switch (loop.over) {
    case Loop::Over::sequence: results = next_in_sequence(loop); break;
    case Loop::Over::items: results = next_item(loop); break;
    case Loop::Over::lines: {
      const auto more = next_line(state);
      if (!more) return;
      if (*more) results = next_in_batch(loop);
      break;
    }
    case Loop::Over::condition: {
      auto holds = evaluate_condition(state, *loop.condition, loop.condition_names);
      if (!holds) return;
      if (*holds) results.emplace();
      break;
    }
  }
  const PlanStep& step = plan_->step(state->step);
  Trace::set_action(state->frame, results ? "next pass" : "exit");
  if (!results) return follow(std::move(state), step.paths[1]);
  if (loop.passes >= options_.limits.iterations) {
    return fail(
        std::move(state),
        Error(ErrorKind::exhausted, fmt::format("the loop has made {} passes, its limit (setting "
                                                "session.iterations)",
                                                loop.passes)));
  }
  ++loop.passes;
  state->over = std::move(*results);
  state->phase = Phase::results;
  begin_pass(std::move(state));
}

// Whether there is one; nothing when lines must be waited for: the state has been put aside.
std::optional<bool> SessionMachine::next_line(StatePtr& state) {
  Loop& loop = *state->loop;
  if (state->delivered) {
    loop.batch = std::move(std::get<std::string>(*state->delivered));
    loop.in_batch = 0;
    loop.read += loop.batch.size();
    state->delivered.reset();
    if (loop.batch.empty()) return false;
  }
  if (loop.in_batch < loop.batch.size()) return true;
  await(std::move(state), LinesEffect{});
  return std::nullopt;
}

// The iterator's results go into the scope, then the body runs in a pass of its own.
void SessionMachine::begin_pass(StatePtr state) {
  const PlanStep& step = plan_->step(state->step);
  if (!put_into_scope(state, step.results)) return;
  auto pass = make_ref<Pass>();
  pass->outer = state->pass;
  pass->loop = state->loop;
  pass->live = 1;
  pass->order = state->order;
  pass->bounded_by = state->pass->bounded_by;
  const auto& outer = pass->bounded_by;
  if (const auto deadline = state->loop->deadline;
      deadline && (!outer || *deadline < *outer->deadline)) {
    pass->bounded_by = state->loop;
  }
  state->pass = std::move(pass);
  follow(std::move(state), step.paths[0]);
}

void SessionMachine::break_loop(StatePtr state) {
  const Ref<Pass> pass = state->pass;
  if (!pass->loop) {
    return fail(std::move(state),
                Error(ErrorKind::invalid,
                      "a break step outside of a loop: put it on a path in an iterator's body"));
  }
  leave_loop(*state, pass);
  const std::uint32_t iterator = pass->loop->step;
  Trace::set_action(state->frame, "break");
  follow(std::move(state), plan_->step(iterator).paths[1]);
}

void SessionMachine::continue_loop(StatePtr state) {
  if (!state->pass->loop) {
    return fail(std::move(state),
                Error(ErrorKind::invalid,
                      "a continue step outside of a loop: put it on a path in an iterator's body"));
  }
  Trace::set_action(state->frame, "continue");
  end(std::move(state));
}

}  // namespace millrace
