// What a compiled expression is made of: instructions over a stack of operands, run by evaluate().
// Jumps only go forward, so each instruction runs at most once.
#pragma once

#include <cstdint>

#include "expression/operator.h"

namespace millrace {

enum class Opcode : std::uint8_t {
  constant,        // push constants[a]
  load,            // push variable a as an operand
  take,            // the same, moved out of its variable where the value may be changed in place
  load_path,       // push the operand at paths[a]
  select,          // the top becomes its part at keys[a]
  select_top,      // pop a key; the value below becomes its part there
  infix,           // pop the right side, then op
  infix_constant,  // the right side is constants[b]
  infix_slot_constant,  // the left side is variable a, the right side constants[b]
  infix_path_constant,  // the left side is at paths[a], the right side constants[b]
  infix_slots,          // the left side is variable a, the right side variable b
  append,               // pop b right sides: the value below, plus each of them in turn
  prefix,
  match,             // `=~` or `!~` with patterns[a]
  skip_if_decided,   // the left side of `&&`, `||` is on top: jump to a where it decides
  skip_or_drop,      // the same between two Booleans: where it does not decide, the right one does
  skip_unless_zero,  // the left side of `??` is on top: jump to a, or drop it
  jump_if_zero,      // drop the condition; jump to a where it was zero
  jump,              // to a
  list,              // of the a topmost values
  map,               // of the 2 * a topmost values: value and key in turn
  call,              // functions[a] with the b topmost values
  call_last,         // the same where the result is the program's own, which keeps its type
  unknown_call,      // of unknown_calls[a]: an error
};

struct Instruction {
  Opcode opcode;
  Operator op = Operator::add;
  std::uint32_t a = 0;
  std::uint32_t b = 0;
};

// A variable and constant keys into it: keys[first_key] to keys[first_key + key_count - 1].
struct ConstantPath {
  std::uint32_t slot;
  std::uint32_t first_key;
  std::uint32_t key_count;
};

}  // namespace millrace
