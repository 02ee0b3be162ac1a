// The port through which a session acts on the world. The engine decides what happens and in which
// order; whoever implements this makes it happen. Declared here, by its user; function/ implements
// it.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "scope/scope.h"
#include "value/reader.h"
#include "value/value.h"

namespace millrace {

// One call of a function by a step.
struct FunctionCall {
  std::string ref;              // "httpRequestSend"
  std::string workflow;         // handle, for messages
  std::string step;             // id, as the author wrote it: messages say "step 7"
  std::uint64_t execution = 0;  // of a step, counted in the session; the same when it is retried
  Dict arguments;               // typed, by name; defaults are the function's business
  bool is_retried = false;      // by its step: the function need not do that itself
  // Names that the step's results read, and "timings" where it is traced: what takes work to make
  // (the JSON of a body, the headers) is made only when it is asked for.
  std::vector<std::string> wanted = {};
  std::uint64_t session = 0;  // its id, which stays through restarts

  void also_wants(const std::vector<std::string_view>& results) {
    wanted.insert(wanted.end(), results.begin(), results.end());
  }
  bool wants(std::string_view result) const {
    return std::find(wanted.begin(), wanted.end(), result) != wanted.end();
  }
};

// Reads a reader line by line.
class LineSource {
 public:
  virtual ~LineSource() = default;
  // The next lines as they came, each with its end (LF) but perhaps the last of the stream: all
  // that are there, at least one, as many as may be held at once; empty at the end of the stream.
  // Stopping `step` ends the wait and leaves the stream where it was.
  virtual Task<Result<std::string>> next(Scope& step) = 0;
};

// Reads a reader from its beginning.
class PieceSource {
 public:
  virtual ~PieceSource() = default;
  // The next bytes, valid until the next call; empty at the end. Stopping `step` ends the wait.
  virtual Task<Result<std::string_view>> next(Scope& step) = 0;
};

class Effects {
 public:
  virtual ~Effects() = default;

  // Runs the function within `step`. What it opens and hands on in its results (a body) has moved
  // to `session` when this returns. The results are Vars by name.
  virtual Task<Result<Dict>> call(Scope& step, Scope& session, FunctionCall call) = 0;

  // Reads `reader` to its end, so that reader->drained() answers. An error of the stream itself is
  // kept by the reader and returned.
  virtual Task<Result<void>> drain(Scope& step, Ref<Reader> reader) = 0;

  // What `session` has opened is brought to where it can be left alone for any length of time.
  // Failures of that are for whoever uses it later. Stopping `step` ends the wait, with its error.
  virtual Task<Result<void>> settle(Scope& step, Scope& session) = 0;
  // Whether there is nothing to do for that.
  virtual bool is_settled(Scope& session) = 0;

  // Ownership of what these hold (bodies) moves to `receiver`, deadlines included.
  virtual void hand_over(const Dict& vars, Scope& receiver) = 0;

  // From `from` bytes on, which is where a line begins.
  virtual std::unique_ptr<LineSource> lines(Ref<Reader> reader, std::uint64_t from) = 0;

  // All of it, for keeping it somewhere else; more than may be kept is an error of kind exhausted.
  // This one drains it first: whoever can stream does so.
  virtual std::unique_ptr<PieceSource> pieces(Ref<Reader> reader);

  // Until when `reader` has to have been read; none where there is no such time.
  virtual Deadline deadline_of(const Reader& /*reader*/) { return {}; }
};

}  // namespace millrace
