// A compiled expression: immutable, shared by a plain count, for one shard's thread like the values
// among its constants.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/counted.h"
#include "base/error.h"
#include "expression/instruction.h"
#include "expression/parser.h"
#include "expression/place.h"
#include "expression/regex.h"
#include "value/value.h"
#include "value/variables.h"

namespace millrace {

struct Function;

struct CompileOptions {
  ParseLimits limits;
  // The variable that the result will replace, where it does and where nothing can fail after the
  // evaluation: `list = push(list, x)` then changes the list in place (evaluate_in_place).
  std::optional<std::uint32_t> replaced;
};

class Program final : public Counted {
 public:
  // A variable that the program may read, and where. In order of the source.
  struct Read {
    std::uint32_t slot;
    Place place;
  };
  // A call of what is no function: evaluating it is an error.
  struct UnknownCall {
    std::string name;
    Place place;
  };

  const std::string& source() const { return source_; }
  std::span<const Read> reads() const { return reads_; }
  std::span<const UnknownCall> unknown_calls() const { return unknown_calls_; }

 private:
  friend class Compiler;
  friend class Machine;

  std::string source_;
  std::vector<Instruction> code_;
  std::vector<Place> places_;  // of each instruction
  std::vector<Value> constants_;
  std::vector<ConstantPath> paths_;
  std::vector<Value> keys_;  // texts
  std::vector<const Function*> functions_;
  std::vector<Regex> patterns_;
  std::vector<Read> reads_;
  std::vector<UnknownCall> unknown_calls_;
  std::size_t stack_size_ = 0;  // of operands, at most
};

// Parses and compiles. Variables get slots in `names`, which the program refers to by number only:
// it is evaluated over Variables of the same names. An error shows the source with a caret.
Result<Ref<const Program>> compile_expression(std::string_view source, Names& names,
                                              const CompileOptions& options = {});

}  // namespace millrace
