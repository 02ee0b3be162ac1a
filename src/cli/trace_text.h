// `--trace` for people: a tree of what runs, a line a step, while it runs.
//
//      0.000s step 1 gateway fork → 2, 3
//      0.000s │ [2] step 3 delay: waits, offset = 5s
//      0.412s │ [1] step 2 function httpRequestSend: status = "200 OK" (412ms)
//
// Set in are the arms of a fork ([2.1]: the first arm of a fork in the second of another), the
// passes of a loop (#3) and the sessions that a step runs ("billing step 4" in the arm of that
// step, and "billing#2 step 4" where that workflow runs twice at a time). A step has its line when
// it is over. One that waits for longer than a moment, for time, for a person or for another
// workflow has a line before that, too.
#pragma once

#include <cstdint>
#include <deque>
#include <iosfwd>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cli/terminal.h"
#include "engine/trace.h"
#include "scope/shard.h"

namespace millrace {

class TraceText {
 public:
  // Both outlive it, and it outlives the sessions that it follows. Times count from the first step.
  TraceText(Shard& shard, std::ostream& out, bool colour);

  Trace::Follower follower();

 private:
  using Key =
      std::pair<std::uint64_t, std::uint64_t>;  // a session, and an execution or state in it
  struct Running {
    std::string handle;
    unsigned number = 0;              // of those of that handle, from 1; 0: nothing runs it
    std::vector<std::uint32_t> arms;  // that the step which runs it is in, the innermost
    std::size_t depth = 0;            // of loops around it
  };
  struct Open {
    const Plan* plan = nullptr;
    const Frame* frame = nullptr;
    bool told = false;
    std::size_t retries = 0;
    std::uint64_t child = 0;  // a session that it runs, and waits for
  };
  // What has arrived at the join that is being left.
  struct Joined {
    BranchKey branch;  // that the arms have in common
    std::size_t arms = 0;
  };
  struct Due {
    Key execution;
    TimePoint at;
  };

  void begun(const Plan& plan, const Frame& frame);
  void waits(const Plan& plan, const Frame& frame);
  void ended(const Plan& plan, const Frame& frame);
  void add_session(const Plan& plan, const Trace::Origin& origin);
  void forget_session(std::uint64_t session);
  void tell_of_long_ones();
  bool join(const Frame& frame, BranchKey& branch, std::string& text);
  void print(const Plan& plan, const Frame& frame, const BranchKey& branch,
             const std::string& text);
  void print_waiting(Open& open);

  static Key key_of(const Frame& frame);

  Shard& shard_;
  std::ostream& out_;
  bool colour_;
  std::optional<TimePoint> start_;
  std::map<std::uint64_t, Running> sessions_;
  std::map<std::string, std::set<unsigned>> numbers_;  // in use, by handle
  std::map<Key, Open> open_;                           // by execution
  std::map<Key, Nanos> suspended_;                     // for how long, by state
  Joined joined_;
  std::deque<Due> due_;  // those that may turn out to be long
  Timer timer_;
};

}  // namespace millrace
