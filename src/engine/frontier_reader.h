// Makes a machine of the bytes that a FrontierWriter wrote. Private to engine/.
#pragma once

#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/byte_stream.h"
#include "engine/frontier.h"

namespace millrace {

class FrontierReader {
 public:
  FrontierReader(SessionMachine& machine, std::string_view structure, Value::Items values)
      : machine_(machine), plan_(*machine.plan_), in_(structure), values_(std::move(values)) {}
  // False for bytes that are out of place.
  bool run();

 private:
  Value next_value();
  Dict next_vars();
  Variables next_variables();
  std::string next_text() { return std::string(in_.next_chars()); }
  WallTime next_time() { return WallTime(Nanos(in_.next_word<std::int64_t>())); }
  std::uint32_t next_step() {
    return static_cast<std::uint32_t>(in_.next_below(plan_.steps().size()));
  }
  std::uint32_t next_slot();
  BranchKey next_order();
  std::vector<std::uint32_t> next_indices();
  // 0 is none.
  template <class T>
  Ref<T> next_of(const std::vector<Ref<T>>& all) {
    const std::uint64_t number = in_.next_below(all.size() + 1);
    return number == 0 ? Ref<T>() : all[number - 1];
  }
  template <class T>
  T next_enum(T last) {
    return static_cast<T>(in_.next_below(static_cast<std::uint64_t>(last) + 1));
  }
  Ref<Reader> next_reader();
  Error next_error();
  std::optional<Failure> next_failure();
  void read_machine();
  void read_all();
  void read_pass(std::size_t index);
  void read_loop(Loop& loop);
  void read_condition(Loop& loop);
  StatePtr next_state();
  std::optional<Effect> next_effect();
  std::optional<EffectResult> next_delivered();
  void read_run(State& state);
  bool is_whole(const State& state) const;

  SessionMachine& machine_;
  const Plan& plan_;
  ByteReader in_;
  Value::Items values_;
  std::unordered_map<std::uint64_t, Variables> variables_;  // by the number of their value
  std::vector<Ref<Pass>> passes_;
  std::vector<Ref<Loop>> loops_;
  std::vector<Ref<Handler>> handlers_;
  std::vector<Ref<BranchKey::Arm>> arms_;
};

}  // namespace millrace
