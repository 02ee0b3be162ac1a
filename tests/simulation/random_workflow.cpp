#include "simulation/random_workflow.h"

#include <fmt/format.h>

#include <vector>

namespace millrace::simulation {
namespace {

// Where a piece of the graph begins and where it goes on; `last` is 0 where it does not.
struct Piece {
  int first = 0;
  int last = 0;
};

class Draft {
 public:
  Draft(Random& random, int index, int count) : random_(random), index_(index), count_(count) {}

  std::string text() {
    const int size = 2 + pick(4);
    const Piece first = set("n", "Integer", "n + 1");
    int last = first.last;
    for (int i = 0; i < size && last != 0; ++i) last = then(last, piece(3));
    return fmt::format(
        "  w{}:\n    enabled: true\n    limits: {{ steps: 400 }}\n    scope: {{ n: {}, m: {}, k: "
        "{}, "
        "t: {{ '@type': String, '@value': '' }}, body: {{ '@type': String, '@value': 'x' }}, l: {{ "
        "'@type': Array, '@value': [ {}, {} ] }} }}\n    steps:\n{}    paths:\n{}",
        index_, integer(0), integer(0), integer(0), integer(7), integer(8), steps_,
        paths_.empty() ? "      []\n" : paths_);
  }

 private:
  static std::string integer(int value) {
    return fmt::format("{{ '@type': Integer, '@value': {} }}", value);
  }
  int pick(int n) { return static_cast<int>(random_.below(static_cast<std::uint64_t>(n))); }
  bool chance(int percent) { return pick(100) < percent; }

  int step(std::string_view rest) {
    steps_ += fmt::format("      - {{ stepID: {}, {} }}\n", next_, rest);
    return next_++;
  }
  void path(int from, int to, std::string_view condition = {}) {
    paths_ += fmt::format("      - {{ parentID: {}, childID: {}", from, to);
    if (!condition.empty()) paths_ += fmt::format(", expr: '{}'", condition);
    paths_ += " }\n";
  }
  int then(int from, Piece piece) {
    path(from, piece.first);
    return piece.last;
  }
  Piece one(std::string_view rest) {
    const int id = step(rest);
    return {id, id};
  }
  Piece set(std::string_view target, std::string_view type, std::string_view expr) {
    return one(
        fmt::format("kind: expressions, arguments: [ {{ target: {}, type: {}, expr: '{}' }} ]",
                    target, type, expr));
  }

  Piece simple() {
    switch (pick(8)) {
      case 0: return set("n", "Integer", "n + 1");
      case 1: return set("t", "String", "t + n");
      case 2: return set("l", "Array", "push(l, n)");
      case 3: return set("r", "Integer", "n + random(10)");
      case 4: return set("t", "String", "body");
      case 5: return set("m", "Integer", chance(20) ? "missing + 1" : "m + k");
      default: return set("m", "Integer", "m + n");
    }
  }

  Piece call() {
    const std::string_view extras[] = {
        "", ", limits: { timeout: 3s }", ", effect: at-most-once",
        ", retry: { attempts: 3, backoff: 1s, maxBackoff: 5s, jitter: 0.5 }"};
    const std::size_t extra = pick(4);
    return one(fmt::format(
        "kind: function, ref: httpRequestSend, arguments: [ {{ target: url, type: String, value: "
        "'http://{}/' }} ], results: [ {{ target: body, type: Reader, expr: body }}, {{ target: m, "
        "type: "
        "Integer, expr: statusCode }} ]{}",
        extra == 2 ? "once" : "u", extras[extra]));
  }

  Piece waits() {
    switch (pick(4)) {
      case 0:
        return one(fmt::format(
            "kind: delay, arguments: [ {{ target: offset, type: Duration, value: {}s }} ]",
            pick(6)));
      case 1:
        return one(
            fmt::format("kind: prompt, ref: alert, arguments: [ {{ target: message, type: "
                        "String, expr: t }} ], results: [ {{ target: n, type: Integer, expr: "
                        "answer }} ]{}",
                        chance(30) ? ", limits: { timeout: 2s }" : ""));
      case 2:
        if (index_ + 1 < count_) {
          return one(
              fmt::format("kind: exec-workflow, arguments: [ {{ target: workflow, type: Handle, "
                          "value: w{} }}, {{ "
                          "target: scope, type: Vars, expr: '{{\"n\": n, \"l\": l}}' }} ], "
                          "results: [ {{ target: n, type: "
                          "Integer, expr: n }}, {{ target: body, expr: body }} ]",
                          index_ + 1 + pick(count_ - index_ - 1)));
        }
        return call();
      default: return call();
    }
  }

  // Arms that come together again in one step.
  Piece exclusive(int depth) {
    const int gateway = step("kind: gateway, ref: excl");
    const int arms = 2 + pick(2);
    std::vector<int> ends;
    for (int arm = 0; arm < arms; ++arm) {
      const Piece way = piece(depth - 1);
      path(gateway, way.first, arm + 1 < arms ? fmt::format("n % {} == 0", arm + 2) : "");
      if (way.last != 0) ends.push_back(way.last);
    }
    return {gateway, together(ends)};
  }

  // The step where those that go on meet; 0 when there are none.
  int together(const std::vector<int>& ends) {
    if (ends.empty()) return 0;
    const Piece after = simple();
    for (const int end : ends) path(end, after.first);
    return after.last;
  }

  Piece parallel(int depth) {
    const bool inclusive = chance(40);
    const int gateway = step(inclusive ? "kind: gateway, ref: incl" : "kind: gateway, ref: fork");
    const bool joins = chance(75);
    const int arms = 2 + pick(3);
    std::vector<int> joined;
    for (int arm = 0; arm < arms; ++arm) {
      const Piece way = piece(depth - 1);
      const std::string_view conditions[] = {"true", "n > 1", "m < n"};
      path(gateway, way.first, inclusive ? conditions[arm == 0 ? 0 : pick(3)] : "");
      if (way.last != 0 && joins && !chance(10)) joined.push_back(way.last);
    }
    if (joined.empty()) return {gateway, 0};
    const int join = step("kind: gateway, ref: join");
    for (const int arm : joined) path(arm, join);
    return {gateway, join};
  }

  Piece loop(int depth) {
    const std::string bound =
        chance(15) ? fmt::format(", limits: {{ timeout: {}s }}", 1 + pick(5)) : "";
    int iterator = 0;
    Piece body;
    switch (pick(4)) {
      case 0:
        iterator =
            step(fmt::format("kind: iterator, ref: loopSequence, arguments: [ {{ target: "
                             "last, type: Integer, value: {} }} ], results: [ {{ target: i, type: "
                             "Integer, expr: counter }} ]{}",
                             pick(4), bound));
        break;
      case 1:
        iterator =
            step(fmt::format("kind: iterator, ref: loopEach, arguments: [ {{ target: items, "
                             "type: Array, expr: l }} ], results: [ {{ target: it, expr: item }} "
                             "]{}",
                             bound));
        break;
      case 2:
        iterator =
            step(fmt::format("kind: iterator, ref: loopDo, arguments: [ {{ target: while, "
                             "type: String, value: 'k < {}' }} ]{}",
                             1 + pick(4), bound));
        body = set("k", "Integer", "k + 1");
        break;
      default: {
        const Piece request = call();
        iterator =
            step(fmt::format("kind: iterator, ref: loopLines, arguments: [ {{ target: "
                             "stream, type: Reader, expr: body }} ], results: [ {{ target: line, "
                             "type: String, expr: line }} ]{}",
                             bound));
        const Piece inside = looped(depth, {});
        path(request.last, iterator);
        path(iterator, inside.first);
        const Piece after = simple();
        path(iterator, after.first);
        return {request.first, after.last};
      }
    }
    body = looped(depth, body);
    path(iterator, body.first);
    const Piece after = simple();
    path(iterator, after.first);
    return {iterator, after.last};
  }

  // A body, behind `before` where there is one.
  Piece looped(int depth, Piece before) {
    ++loops_;
    Piece inside = piece(depth - 1);
    --loops_;
    if (before.first == 0) return inside;
    path(before.last, inside.first);
    return {before.first, inside.last};
  }

  Piece handled(int depth) {
    const int handler = step(
        "kind: error-handler, results: [ { target: t, type: String, expr: errorMessage }, { "
        "target: "
        "e, expr: error } ]");
    const Piece way = piece(depth - 1);
    const Piece rescue = piece(depth - 1);
    path(handler, way.first);
    path(handler, rescue.first);
    std::vector<int> ends;
    for (const Piece& end : {way, rescue}) {
      if (end.last != 0) ends.push_back(end.last);
    }
    return {handler, together(ends)};
  }

  // A loop that is no iterator's.
  Piece back_edge(int depth) {
    const Piece first = set("k", "Integer", "k + 1");
    const Piece inside = piece(depth - 1);
    path(first.last, inside.first);
    if (inside.last == 0) return {first.first, 0};
    const int gateway = step("kind: gateway, ref: excl");
    path(inside.last, gateway);
    path(gateway, first.first, fmt::format("k < {}", 2 + pick(3)));
    const Piece after = simple();
    path(gateway, after.first);
    return {first.first, after.last};
  }

  Piece ending() {
    switch (pick(6)) {
      case 0: return {step("kind: termination"), 0};
      case 1:
      case 2:
        return {
            step("kind: error, arguments: [ { target: message, type: String, value: broken } ]"),
            0};
      case 3: return loops_ > 0 ? Piece{step("kind: continue"), 0} : simple();
      default: return loops_ > 0 ? Piece{step("kind: break"), 0} : simple();
    }
  }

  Piece sequence(int depth) {
    const Piece first = piece(depth - 1);
    if (first.last == 0) return first;
    return {first.first, then(first.last, piece(depth - 1))};
  }

  Piece piece(int depth) {
    if (depth <= 0 || next_ > 60) return chance(70) ? simple() : waits();
    switch (pick(14)) {
      case 0:
      case 1: return sequence(depth);
      case 2: return exclusive(depth);
      case 3:
      case 4: return parallel(depth);
      case 5:
      case 6: return loop(depth);
      case 7: return handled(depth);
      case 8: return back_edge(depth);
      case 9: return chance(40) ? ending() : simple();
      case 10:
      case 11: return waits();
      default: return simple();
    }
  }

  Random& random_;
  int index_;
  int count_;
  int next_ = 1;
  int loops_ = 0;
  std::string steps_;
  std::string paths_;
};

}  // namespace

std::string random_workflows(Random& random, int count) {
  std::string text = "workflows:\n";
  for (int i = 0; i < count; ++i) text += Draft(random, i, count).text();
  return text;
}

}  // namespace millrace::simulation
