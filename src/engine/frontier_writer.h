// Turns a machine into bytes (frontier.h). Private to engine/.
//
//   version, hash of the plan, size of the structure, structure, packed values
//
// The structure refers to values, variables, passes, loops and handlers by number, so that what is
// shared stays shared; to arms of forks too, each of which is written where it occurs first.
#pragma once

#include <unordered_map>
#include <vector>

#include "base/byte_stream.h"
#include "engine/frontier.h"

namespace millrace {

class FrontierWriter {
 public:
  explicit FrontierWriter(const SessionMachine& machine) : machine_(machine) {}
  Result<PackedFrontier> run();

 private:
  // Numbers from 1 on; 0 is none.
  template <class T>
  struct Numbered {
    std::vector<const T*> all;
    std::unordered_map<const T*, std::uint64_t> numbers;

    bool add(const T* object) {
      if (object == nullptr || !numbers.try_emplace(object, all.size() + 1).second) return false;
      all.push_back(object);
      return true;
    }
    std::uint64_t of(const T* object) const { return object == nullptr ? 0 : numbers.at(object); }
  };

  template <class Visit>
  void for_each_state(Visit visit) const;
  void find(const Pass* pass);
  void find(const Handler* handler);
  void find_shared();

  void add_value(const Value& value);
  void add_vars(const Dict& vars) { add_value(Value::vars(vars)); }
  void add_variables(const Variables& variables);
  void add_text(std::string_view text) { out_.add_chars(text); }
  void add_time(WallTime time) { out_.add_word(time.time_since_epoch().count()); }
  void add_order(const BranchKey& order);
  void add_indices(const std::vector<std::uint32_t>& indices);
  void add_error(const Error& error);
  void add_failure(const std::optional<Failure>& failure);
  void add_machine();
  void add_pass(const Pass& pass);
  void add_loop(const Loop& loop);
  void add_state(const State& state);
  void add_effect(const std::optional<Effect>& effect);
  void add_delivered(const std::optional<EffectResult>& delivered);
  void add_run(const std::optional<ArgumentRun>& run);

  const SessionMachine& machine_;
  ByteWriter out_;
  Value::Items values_;
  std::unordered_map<const void*, std::uint64_t> variables_;  // by identity
  Numbered<Pass> passes_;
  Numbered<Loop> loops_;
  Numbered<Handler> handlers_;
  Numbered<BranchKey::Arm> arms_;
};

}  // namespace millrace
