#include "simulation/world.h"

#include <fmt/format.h>

#include "base/wall_time.h"
#include "engine/frontier.h"
#include "value/json.h"
#include "value/reader.h"

namespace millrace::simulation {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kLines = "one\ntwo\r\n\nfour";
constexpr std::size_t kMostTurns = 20'000;

// Its content is there once it has been drained, and it may turn out to be broken.
class SimulatedBody final : public Reader {
 public:
  std::optional<Result<std::string_view>> drained() const override {
    if (failure_) return Result<std::string_view>(*failure_);
    if (!has_arrived_) return std::nullopt;
    return Result<std::string_view>(kLines);
  }
  std::size_t bytes_held() const override { return has_arrived_ ? kLines.size() : 0; }
  void arrive() { has_arrived_ = true; }
  void fail(Error error) { failure_ = std::move(error); }

 private:
  bool has_arrived_ = false;
  std::optional<Error> failure_;
};

struct Session {
  std::unique_ptr<SessionMachine> machine;
  std::unique_ptr<Trace> trace;
  MachineOptions options;
  std::set<std::uint64_t> acting;  // states whose effects are under way
  std::map<std::uint64_t, std::size_t> children;
  std::size_t parent = 0;  // index, of those that have one
  std::uint64_t parent_state = 0;
  bool has_parent = false;
  bool has_ended = false;
  std::size_t told = 0;  // steps that are in the history
};

class World {
 public:
  World(const std::vector<Ref<const Plan>>& plans, const WorldOptions& options)
      : plans_(plans), options_(options), random_(options.seed) {}

  Outcome run() {
    open(0, Dict(), nullptr, 0);
    if (chance(8)) later(milliseconds(random_.below(8000)), [this] { cancel(); });
    if (chance(12)) later(milliseconds(random_.below(8000)), [this] { strike(); });
    std::size_t turns = 0;
    while (outcome_.broken.empty() && (take_turns() || next_event())) {
      if (++turns > kMostTurns) outcome_.broken = "it does not end";
    }
    for (std::size_t i = 0; i < sessions_.size() && outcome_.broken.empty(); ++i) {
      if (!sessions_[i].has_ended) outcome_.broken = fmt::format("session {} never ends", i);
      if (!sessions_[i].acting.empty()) outcome_.broken = "an effect outlives its session";
    }
    return std::move(outcome_);
  }

 private:
  bool chance(int percent) { return random_.below(100) < static_cast<std::uint64_t>(percent); }
  Moment moment() const { return {TimePoint(now_.time_since_epoch()), now_}; }
  void tell(std::string_view what) {
    outcome_.history += what;
    outcome_.history += '\n';
  }
  void later(Nanos after, std::function<void()> event) {
    events_.emplace(std::pair(now_ + after, ++scheduled_), std::move(event));
  }

  void open(std::size_t plan, Dict scope, Session* parent, std::uint64_t parent_state) {
    const std::size_t index = sessions_.size();
    Session session;
    session.trace = std::make_unique<Trace>(TraceLimits{.steps = 100'000}, clock_,
                                            Trace::Follower(), Trace::Origin());
    if (parent != nullptr) {
      session.options.depth = parent->machine->depth() + 1;
      session.has_parent = true;
      session.parent = static_cast<std::size_t>(parent - sessions_.data());
      session.parent_state = parent_state;
      parent->children[parent_state] = index;
    }
    session.machine = std::make_unique<SessionMachine>(plans_[plan], session.options,
                                                       random_.bits(), session.trace.get());
    Variables variables(plans_[plan]->names(), plans_[plan]->initial_scope());
    variables.merge(scope);
    if (!session.machine->start(std::move(variables))) outcome_.broken = "no start";
    sessions_.push_back(std::move(session));
  }

  // One step of each session that has one to make; false when none has.
  bool take_turns() {
    bool any = false;
    for (std::size_t i = 0; i < sessions_.size() && outcome_.broken.empty(); ++i) {
      Session& session = sessions_[i];
      if (session.has_ended || (session.machine->is_idle() && !has_news(session))) continue;
      any = true;
      const std::uint64_t before = session.machine->executed();
      session.machine->advance(moment(), 1);
      outcome_.steps += session.machine->executed() - before;
      tell_steps(i);
      perform(i);
      check(i);
      if (options_.through_bytes && !sessions_[i].has_ended) pass_through_bytes(i);
    }
    return any;
  }

  static bool has_news(const Session& session) { return has_ended(session.machine->status()); }

  void tell_steps(std::size_t index) {
    Session& session = sessions_[index];
    const auto& steps = session.trace->steps();
    for (; session.told < steps.size(); ++session.told) {
      tell(fmt::format("{} session {} step {}", now_.time_since_epoch() / milliseconds(1), index,
                       session.machine->plan().step(steps[session.told]).id));
    }
  }

  void perform(std::size_t index) {
    for (const std::uint64_t state : sessions_[index].machine->take_dropped()) drop(index, state);
    for (const std::uint64_t state : sessions_[index].machine->take_effects()) {
      sessions_[index].acting.insert(state);
      begin(index, state);
    }
    if (has_ended(sessions_[index].machine->status())) end(index);
  }

  void drop(std::size_t index, std::uint64_t state) {
    Session& session = sessions_[index];
    session.acting.erase(state);
    const auto child = session.children.find(state);
    if (child == session.children.end()) return;
    Session& below = sessions_[child->second];
    session.children.erase(child);
    if (below.has_ended) return;
    below.machine->abort(Status::canceled, Error(ErrorKind::canceled, "dropped"));
  }

  // Its outcome is decided now and comes later.
  void begin(std::size_t index, std::uint64_t id) {
    const State* waiting = sessions_[index].machine->waiting(id);
    if (waiting == nullptr || !waiting->effect) {
      outcome_.broken = fmt::format("effect of state {} that does not wait", id);
      return;
    }
    const State& state = *waiting;
    const Effect& effect = *state.effect;
    Nanos after = milliseconds(random_.below(4000));
    EffectResult result;
    if (chance(7)) {
      const ErrorKind kinds[] = {ErrorKind::unavailable, ErrorKind::deadline, ErrorKind::invalid};
      result = Error(kinds[random_.below(3)], "by chance").in_phase("body");
    } else if (std::holds_alternative<CallEffect>(effect.what)) {
      result = Dict{{"statusCode", Value::integer(200)},
                    {"body", Value::reader(make_ref<SimulatedBody>())}};
    } else if (const auto* drain = std::get_if<DrainEffect>(&effect.what)) {
      if (auto* body = dynamic_cast<SimulatedBody*>(drain->reader.get())) body->arrive();
    } else if (std::holds_alternative<LinesEffect>(effect.what)) {
      result = lines_of(*state.loop);
    } else if (const auto* delay = std::get_if<DelayEffect>(&effect.what)) {
      after = std::max(Nanos{0}, delay->until - now_);
    } else if (std::holds_alternative<PromptEffect>(effect.what)) {
      result = Dict{{"answer", Value::integer(static_cast<std::int64_t>(random_.below(5)))}};
    } else {
      return begin_child(index, id, std::get<ExecEffect>(effect.what));
    }
    // A limit in time cuts it off, as the scope of a task would.
    for (const auto& bound : {effect.of_step, effect.of_loop}) {
      if (!bound) continue;
      const Nanos left = std::max(Nanos{0}, later_by(bound->began, bound->limit.length) - now_);
      if (left > after) continue;
      after = left;
      result = Error(ErrorKind::deadline, "cut off: " + bound->limit.setter);
    }
    later(after, [this, index, id, result] { deliver(index, id, result); });
  }

  EffectResult lines_of(const Loop& loop) {
    const std::string_view rest = kLines.substr(std::min<std::size_t>(loop.read, kLines.size()));
    std::size_t end = rest.find('\n');
    if (chance(50) && end != std::string_view::npos) end = rest.find('\n', end + 1);
    return std::string(rest.substr(0, end == std::string_view::npos ? end : end + 1));
  }

  void begin_child(std::size_t index, std::uint64_t id, const ExecEffect& exec) {
    for (std::size_t plan = 0; plan < plans_.size(); ++plan) {
      if (plans_[plan]->handle() != exec.workflow) continue;
      Dict scope = exec.scope;
      return open(plan, std::move(scope), &sessions_[index], id);
    }
    deliver(index, id, Error(ErrorKind::not_found, "no such workflow"));
  }

  void deliver(std::size_t index, std::uint64_t id, EffectResult result) {
    Session& session = sessions_[index];
    if (session.has_ended || session.acting.erase(id) == 0) return;  // nobody waits for it
    session.children.erase(id);
    session.machine->deliver(id, std::move(result));
  }

  void end(std::size_t index) {
    Session& session = sessions_[index];
    const SessionMachine& machine = *session.machine;
    session.has_ended = true;
    const Dict vars = machine.result().to_dict();
    std::string said = fmt::format("session {} {}", index, to_string(machine.status()));
    if (machine.failure()) {
      const auto& step = machine.failure()->step;
      said += fmt::format(" at {}: {}", step ? machine.plan().step(*step).id : "-",
                          machine.failure()->error.to_line());
    }
    tell(said + " " + text_of(vars));
    if (!session.has_parent) return;
    EffectResult result = vars;
    if (machine.status() != Status::completed) result = machine.failure()->error;
    deliver(session.parent, session.parent_state, std::move(result));
  }

  static std::string text_of(const Dict& vars) {
    std::string text;
    for (const auto& entry : vars) {
      auto json = to_typed_json(entry.value);
      text += fmt::format("{}={} ", entry.key(), json ? *json : "?");
    }
    return text;
  }

  // What must hold whenever a machine has had its turn.
  void check(std::size_t index) {
    const Session& session = sessions_[index];
    const SessionMachine& machine = *session.machine;
    const auto waiting = machine.all_waiting();
    if (has_ended(machine.status())) {
      if (!waiting.empty()) outcome_.broken = "it has ended and waits";
      return;
    }
    if (machine.is_idle() && waiting.empty()) {
      outcome_.broken = fmt::format("session {} has no live task and nothing to wake it", index);
    }
    for (const std::uint64_t state : waiting) {
      if (!session.acting.contains(state)) outcome_.broken = "it waits for what nobody performs";
    }
    if (waiting.size() != session.acting.size()) outcome_.broken = "an effect nobody waits for";
  }

  void pass_through_bytes(std::size_t index) {
    Session& session = sessions_[index];
    auto packed = pack_frontier(*session.machine);
    if (!packed) {
      outcome_.broken = "it cannot be packed: " + packed.error().to_line();
      return;
    }
    Ref<const Plan> plan = plans_[0];
    for (const auto& known : plans_) {
      if (known->hash() == session.machine->plan().hash()) plan = known;
    }
    auto again =
        unpack_frontier(packed->bytes, packed->readers, plan, session.options, session.trace.get());
    if (!again) {
      outcome_.broken = "it cannot be unpacked: " + again.error().to_line();
      return;
    }
    auto repacked = pack_frontier(**again);
    if (!repacked || repacked->bytes.size() != packed->bytes.size()) {
      outcome_.broken = "bytes that were read are written otherwise";
    }
    if (session.machine->memory() < (*again)->memory() / 2) {
      outcome_.broken = "what was shared is so no more";
    }
    // What was under way goes on: here nothing is begun anew.
    const auto begun = (*again)->take_effects();
    if (std::set(begun.begin(), begun.end()) != session.acting) {
      outcome_.broken = "what is to be begun anew is not what was under way";
    }
    session.machine = std::move(*again);
  }

  bool next_event() {
    if (events_.empty()) return false;
    const auto first = events_.begin();
    now_ = first->first.first;
    const auto event = std::move(first->second);
    events_.erase(first);
    event();
    return true;
  }

  void cancel() {
    Session& session = sessions_.front();
    if (session.has_ended) return;
    tell("canceled");
    session.machine->abort(Status::canceled, Error(ErrorKind::canceled, "by chance"));
    perform(0);
  }

  // The session's own limit passes, and later that of its clean-up.
  void strike() {
    Session& session = sessions_.front();
    if (session.has_ended) return;
    tell("struck");
    const Error error(ErrorKind::deadline, "struck by chance");
    session.machine->strike(error);
    for (const std::uint64_t state : session.machine->all_waiting()) {
      drop_child(state);
      deliver(0, state, error);
    }
    later(std::chrono::seconds(5), [this] {
      if (sessions_.front().has_ended) return;
      sessions_.front().machine->abort(Status::failed, Error(ErrorKind::deadline, "clean-up"));
      perform(0);
    });
  }

  void drop_child(std::uint64_t state) {
    Session& session = sessions_.front();
    const auto child = session.children.find(state);
    if (child == session.children.end()) return;
    Session& below = sessions_[child->second];
    below.machine->abort(Status::canceled, Error(ErrorKind::canceled, "struck"));
    below.has_parent = false;
  }

  const std::vector<Ref<const Plan>>& plans_;
  WorldOptions options_;
  Random random_;
  HeldClock clock_;
  WallTime now_{};
  std::vector<Session> sessions_;
  std::map<std::pair<WallTime, std::uint64_t>, std::function<void()>> events_;
  std::uint64_t scheduled_ = 0;
  Outcome outcome_;
};

}  // namespace

Outcome run_world(const std::vector<Ref<const Plan>>& plans, const WorldOptions& options) {
  return World(plans, options).run();
}

}  // namespace millrace::simulation
