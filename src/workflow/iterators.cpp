#include "workflow/iterators.h"

namespace millrace {

std::vector<Signature> iterator_signatures() {
  using enum Type;
  constexpr auto kIterator = Signature::Kind::iterator;
  return {
      {.ref = "loopSequence",
       .kind = kIterator,
       .arguments = {{"first", {Integer}, false, "The first number; 0 by default."},
                     {"last", {Integer}, false, "Where to end; not itself included."},
                     {"step", {Integer}, false, "From one number to the next; 1 by default."}},
       .results = {{"counter", Integer, "The number of this pass."},
                   {"isFirst", Boolean, "True in the first pass."},
                   {"isLast", Boolean, "True in the last pass."}},
       .help = "Counts from first up to last, which is exclusive.",
       .example = "[{ target: last, type: Integer, expr: \"10\" }]"},
      {.ref = "loopDo",
       .kind = kIterator,
       .arguments = {{"while", {String}, true, "An expression as text: goes on while it holds."}},
       .results = {},
       .help = "Repeats its body while an expression holds.",
       .example = "[{ target: while, type: String, value: \"n < 10\" }]"},
      {.ref = "loopEach",
       .kind = kIterator,
       .arguments = {{"items", {Array}, true, "What to go through."}},
       .results = {{"item", Any, "The item of this pass."},
                   {"index", Integer, "Its place, from 0."},
                   {"isFirst", Boolean, "True in the first pass."},
                   {"isLast", Boolean, "True in the last pass."}},
       .help = "Runs its body once for each item.",
       .example = "[{ target: items, type: Array, expr: \"orders\" }]"},
      {.ref = "loopLines",
       .kind = kIterator,
       .arguments = {{"stream", {Reader}, true, "What to read, line by line as it arrives."}},
       .results = {{"line", String, "Without its end."}},
       .help = "Runs its body once for each line of a stream.",
       .example = "[{ target: stream, type: Reader, expr: \"body\" }]"},
  };
}

}  // namespace millrace
