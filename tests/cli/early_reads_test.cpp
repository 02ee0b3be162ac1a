// Whoever is told that a variable is read before anything can have set it must be able to rely on
// that: workflows made at random are run, and what a step found set was never so called.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <map>
#include <random>
#include <set>

#include "support/millrace_binary.h"

namespace millrace {
namespace {

namespace json = boost::json;

constexpr int kVariables = 12;

// Where the next step is led to from.
struct End {
  int step;
  std::string condition = {};
};
using Ends = std::vector<End>;

// Steps, forks with and without join, gateways, loops with break and continue, and error handlers,
// within each other. Each plain step sets one variable, and before that reads all of them; an
// expression that fails has a value to fall back on.
class RandomFlow {
 public:
  explicit RandomFlow(std::uint64_t seed) : random_(seed) {
    for (int i = 1; i <= kVariables; ++i) {
      all_variables_ += fmt::format("{}v{}", i > 1 ? ", " : "", i);
    }
    part({}, 3, false);
  }

  std::string yaml(const std::string& handle) const {
    return fmt::format("  {}:\n    steps:\n{}    paths:{}\n", handle, steps_,
                       paths_.empty() ? " []" : "\n" + paths_);
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }

  int add(const std::string& fields, const Ends& from) {
    steps_ += fmt::format("      - {{ stepID: {}, {} }}\n", ++last_, fields);
    for (const End& end : from) {
      paths_ += fmt::format("      - {{ parentID: {}, childID: {}, expr: '{}' }}\n", end.step,
                            last_, end.condition);
    }
    return last_;
  }

  std::string condition() { return fmt::format("n % {} == {}", 2 + below(3), below(3)); }

  Ends set_variable(const Ends& from) {
    return {
        {add(fmt::format("kind: expressions, arguments: [ {{ target: probe, expr: '[{}]', value: "
                         "0 }}, {{ target: v{}, expr: '1' }} ]",
                         all_variables_, 1 + below(kVariables)),
             from)}};
  }

  // One to three things in a row, at least one of them a step.
  Ends part(Ends ends, int depth, bool in_loop) {
    ends = set_variable(ends);
    for (std::size_t count = below(3); count > 0 && !ends.empty(); --count) {
      ends = thing(ends, depth, in_loop);
    }
    return ends;
  }

  Ends thing(const Ends& from, int depth, bool in_loop) {
    if (depth == 0) return set_variable(from);
    switch (below(in_loop ? 7 : 6)) {
      case 0: return branches("fork", from, depth, in_loop);
      case 1: return branches("incl", from, depth, in_loop);
      case 2: return choice(from, depth, in_loop);
      case 3: return loop(from, depth);
      case 4: return guarded(from, depth, in_loop);
      case 5: return set_variable(from);
      default: return leave(from);
    }
  }

  Ends branches(const std::string& ref, const Ends& from, int depth, bool in_loop) {
    const int gateway = add("kind: gateway, ref: " + ref, from);
    Ends ends;
    for (std::size_t i = 0; i < 2 + below(2); ++i) {
      const std::string holds = ref == "fork" ? "" : i == 0 ? "true" : condition();
      for (End& end : part({{gateway, holds}}, depth - 1, in_loop)) ends.push_back(std::move(end));
    }
    if (ends.empty() || below(4) == 0) return {};  // they end without a join
    return {{add("kind: gateway, ref: join", ends)}};
  }

  Ends choice(const Ends& from, int depth, bool in_loop) {
    const int gateway = add("kind: gateway, ref: excl", from);
    Ends ends = part({{gateway, condition()}}, depth - 1, in_loop);
    for (End& end : part({{gateway}}, depth - 1, in_loop)) ends.push_back(std::move(end));
    return ends;
  }

  Ends loop(const Ends& from, int depth) {
    const int iterator =
        add(fmt::format(
                "kind: iterator, ref: loopSequence, arguments: [ {{ target: last, type: Integer, "
                "expr: '{}' }} ], results: [ {{ target: n, type: Integer, expr: counter }} ]",
                below(4)),
            from);
    part({{iterator}}, depth - 1, true);
    return set_variable({{iterator}});
  }

  // An error handler, an error under it perhaps, and what is done about that.
  Ends guarded(const Ends& from, int depth, bool in_loop) {
    const int handler =
        add("kind: error-handler, results: [ { target: message, expr: errorMessage } ]", from);
    Ends ends = part({{handler}}, depth - 1, in_loop);
    if (!ends.empty()) {
      const int gateway = add("kind: gateway, ref: excl", ends);
      add("kind: error, arguments: [ { target: message, type: String, value: no } ]",
          {{gateway, condition()}});
      ends = set_variable({{gateway}});
    }
    Ends handled = part({{handler}}, depth - 1, in_loop);
    if (below(2) == 0) ends.insert(ends.end(), handled.begin(), handled.end());
    return ends;
  }

  Ends leave(const Ends& from) {
    const int gateway = add("kind: gateway, ref: excl", from);
    add(below(2) == 0 ? "kind: break" : "kind: continue", {{gateway, condition()}});
    return set_variable({{gateway}});
  }

  std::mt19937_64 random_;
  std::string all_variables_;
  std::string steps_;
  std::string paths_;
  int last_ = 0;
};

// "7 v3": step 7 was told that v3 cannot have been set. By workflow.
std::map<std::string, std::set<std::string>> told_of(const std::string& file) {
  const auto result = support::run_millrace({"check", "--output", "json", file});
  EXPECT_EQ(result.status, 0) << result.output.substr(0, 2000);
  std::map<std::string, std::set<std::string>> told;
  const json::value document = json::parse(result.output);
  for (const json::value& warning : document.at("warnings").as_array()) {
    const std::string text(warning.at("description").as_string());
    EXPECT_EQ(text.find("can never"), std::string::npos) << text;  // every join and step can
    const std::size_t end = text.find("\" is read here before");
    const json::value* step = warning.at("culprit").as_object().if_contains("step");
    if (end == std::string::npos || step == nullptr) continue;
    told[std::string(warning.at("workflow").as_string())].insert(
        fmt::format("{} {}", step->to_number<int>() + 1, text.substr(1, end - 1)));
  }
  return told;
}

TEST(EarlyReads, AreNeverToldOfWhatARunHasSet) {
  constexpr std::uint64_t kWorkflows = 60;
  const support::TemporaryFolder folder;
  std::string content = "workflows:\n";
  for (std::uint64_t i = 1; i <= kWorkflows; ++i) {
    content += RandomFlow(i).yaml(fmt::format("w{}", 100 + i));
  }
  const std::string file = folder.file("random.yaml", content);
  const auto told = told_of(file);
  std::size_t found_set = 0;
  std::size_t told_rightly = 0;
  for (std::uint64_t i = 1; i <= kWorkflows; ++i) {
    const std::string handle = fmt::format("w{}", 100 + i);
    const auto result = support::run_millrace(
        {"run", folder.file(handle + ".yaml", "workflows:\n" + RandomFlow(i).yaml(handle)),
         "--input-json", fmt::format("{{\"n\": {}}}", i), "--output", "json", "--trace"});
    const auto found = told.find(handle);
    const std::set<std::string> none;
    const auto& unset = found == told.end() ? none : found->second;
    told_rightly += unset.size();
    const json::value document = json::parse(result.output);
    for (const json::value& frame : document.at("frames").as_array()) {
      for (const auto& [name, value] : frame.at("scope").as_object()) {
        const std::string one =
            fmt::format("{} {}", frame.at("stepID").to_number<int>(), std::string(name));
        EXPECT_FALSE(unset.contains(one)) << handle << ": step and variable " << one << "\n"
                                          << RandomFlow(i).yaml(handle);
        ++found_set;
      }
    }
  }
  EXPECT_GT(found_set, 2000U);
  EXPECT_GT(told_rightly, 200U);
}

}  // namespace
}  // namespace millrace
