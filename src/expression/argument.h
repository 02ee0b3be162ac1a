// Lists of arguments as steps have them: the `arguments` of an expressions or function step, its
// `results`. Compiled once, run in order over a scope; every result is visible to the next ones.
//
//   std::vector<ArgumentIssue> issues;
//   Ref<const ArgumentProgram> program = compile_arguments(sources, names, options, issues);
//   ...
//   ArgumentRun run(std::move(scope));
//   ArgumentProgress progress = run_arguments(*program, run, context);
//   // Needs: drain the reader, call run_arguments again with the same run. It goes on at the same
//   // argument; those before it keep their results.
//   scope = std::move(run).scope();  // done: with the results in it; error: as it was
#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/counted.h"
#include "base/error.h"
#include "expression/evaluate.h"
#include "expression/program.h"
#include "value/outcome.h"
#include "value/path.h"
#include "value/type.h"
#include "value/variables.h"

namespace millrace {

// One argument as its definition has it.
struct ArgumentSource {
  std::string target;  // "a.b[0]"; what is wrong with it shows when it is assigned
  Type type = Type::Any;
  std::string source;              // a variable to take instead of an expression; empty: none
  std::string expr;                // empty: none
  std::optional<Value> value;      // plain: instead of an expression, or what to take when it fails
  std::vector<std::string> tests;  // parsed only
};

// What is wrong with a definition: an expression or test that does not parse.
struct ArgumentIssue {
  std::size_t argument;  // its index
  Error error;           // where() says which argument and whether it is a test
};

enum class ArgumentUse : std::uint8_t {
  variables,  // the results replace variables of the scope: an expressions step, `results`
  values,     // the results are handed over and the scope stays as it was: a function's arguments
};

struct ArgumentOptions {
  ArgumentUse use = ArgumentUse::variables;
  ParseLimits limits;
};

class ArgumentProgram final : public Counted {
 public:
  // A variable that an argument may read before any argument of this list has set it.
  struct Read {
    std::size_t argument;
    std::uint32_t slot;
    Place place;  // in the argument's expression; all zero for a `source`
  };

  std::span<const Read> reads() const { return reads_; }
  // The base variables that are assigned, each once, in order.
  std::span<const std::uint32_t> assigned() const { return assigned_; }
  std::size_t size() const { return arguments_.size(); }

 private:
  friend class ArgumentCompiler;
  friend class ArgumentRunner;
  struct Argument {
    std::string target_text;
    Result<Target> target;
    std::uint32_t base = 0;  // slot of the target's base variable
    Type type = Type::Any;
    std::optional<std::uint32_t> source;  // slot
    Ref<const Program> program;
    std::optional<Value> value;
    bool set_before = false;  // an argument before this one has the very same target
    // What it replaces is gone for good once it has been assigned: nothing comes after it that
    // could fail. So it may be changed in place.
    bool is_final = false;
  };
  std::vector<Argument> arguments_;
  std::vector<Read> reads_;
  std::vector<std::uint32_t> assigned_;
};

// nullptr where there is an issue; all of them are added to `issues`.
Ref<const ArgumentProgram> compile_arguments(std::span<const ArgumentSource> sources, Names& names,
                                             const ArgumentOptions& options,
                                             std::vector<ArgumentIssue>& issues);

// One execution of a list, from its first argument to its last, kept between calls.
class ArgumentRun {
 public:
  // Give the scope away (move it) where you can: values that nobody else holds are changed in
  // place.
  explicit ArgumentRun(Variables scope) : scope_(std::move(scope)) {}

  // How far it is, as plain data: a run that is made of it goes on there.
  struct Progress {
    std::size_t next = 0;  // index of the argument to evaluate next
    struct Before {
      std::uint32_t slot;
      Value value;  // absent where it was not set
    };
    std::vector<Before> before;  // what the variables assigned so far were
  };
  Progress progress() const;
  ArgumentRun(Variables scope, const Progress& progress);

  // The scope with the results so far over it.
  const Variables& scope() const& { return scope_; }
  Variables scope() && { return std::move(scope_); }

  // Once done: the base variables that were assigned, by name, in their last state.
  Dict results() const;

  // Takes the results out of the scope again, so that it is as it was given; for
  // ArgumentUse::values.
  void undo();

 private:
  friend class ArgumentRunner;
  struct Touched {
    std::uint32_t slot;
    Value before;  // absent where it was not set
  };
  Variables scope_;
  std::size_t next_ = 0;  // index of the argument to evaluate next
  boost::container::small_vector<Touched, 4> touched_;
};

// Done, the first argument's error, or a reader whose content is needed.
using ArgumentProgress = Attempt<std::monostate>;

// Runs what has not run yet. After an error the scope is as it was given, and the run is over; the
// error's where() is `argument "target"`.
ArgumentProgress run_arguments(const ArgumentProgram& program, ArgumentRun& run,
                               EvaluationContext& context);

}  // namespace millrace
