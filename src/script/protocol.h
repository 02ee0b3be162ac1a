// What the server and a script's process say to each other: frames, each a length and that many
// bytes. The server sends one Start and then Calls, one after another; each Call has one Answer.
// The server believes nothing of what comes back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace millrace::script {

struct Start {
  std::uint64_t memory = 0;  // the limit of each call, in bytes
};

struct Call {
  std::string source;                // the body of a function of `input`
  std::string input;                 // a packed value (value/pack.h)
  std::vector<std::string> readers;  // the content of the readers in it
  std::uint64_t output = 0;          // limit of Answer::value, in bytes
};

struct Answer {
  enum class Kind : std::uint8_t {
    value,      // the script returned
    failed,     // it threw, or cannot be read as JavaScript, or returned what is no value
    recursion,  // a limit of the language's own: the depth of calls, the length of a text
    memory,     // it needed more than Start::memory; the process ends
    output,     // it returned more than Call::output
  };
  Kind kind = Kind::failed;
  std::string value;         // packed
  std::string message;       // "ReferenceError: x is not defined"
  std::uint32_t line = 0;    // of the source, from 1; 0: unknown
  std::uint32_t column = 0;  // from 1
};

// Each with its frame's length in front.
std::string encode(const Start& start);
std::string encode(const Call& call);
std::string encode(const Answer& answer);

// Of a frame's content. An error (bug) says that it is none.
Result<Start> decode_start(std::string_view frame);
Result<Call> decode_call(std::string_view frame);
Result<Answer> decode_answer(std::string_view frame);

constexpr std::size_t kMessageBytes = 4096;  // of Answer::message, at most
// What a frame needs beside the texts and values in it, at most.
constexpr std::size_t kFrameOverhead = kMessageBytes + 256;

// Puts one frame together from pieces as they arrive. Memory grows with what has arrived, not with
// what was announced.
class FrameReader {
 public:
  explicit FrameReader(std::uint64_t limit) : limit_(limit) {}

  // Error (exhausted) where the frame is announced longer than the limit, and (bug) where bytes
  // follow it: nothing may come unasked.
  Result<void> add(std::string_view bytes);
  // How many bytes more are known to belong to it: first those of its length. 0: it is whole.
  std::uint64_t missing() const;
  // Its content once it is whole.
  std::optional<std::string> take();

 private:
  std::uint64_t limit_;
  std::string bytes_;  // the length too, until that is whole
  std::optional<std::uint64_t> length_;
};

}  // namespace millrace::script
