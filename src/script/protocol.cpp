#include "script/protocol.h"

#include <cstring>
#include <utility>

#include "base/byte_stream.h"

namespace millrace::script {
namespace {

using Length = std::uint64_t;

// Begins with room for the length, which is known at the end.
class Writer : public ByteWriter {
 public:
  Writer() { add_word<Length>(0); }

  void add_text(std::string_view text) {
    add_word<Length>(text.size());
    add_raw(text);
  }
  std::string frame() && {
    std::string bytes = std::move(*this).take();
    const Length length = bytes.size() - sizeof(Length);
    std::memcpy(bytes.data(), &length, sizeof(Length));
    return bytes;
  }
};

class Parser : public ByteReader {
 public:
  using ByteReader::ByteReader;

  std::string next_text() { return std::string(next_raw(next_word<Length>())); }
  // A number of texts, of which each takes eight bytes or more.
  std::size_t next_texts() {
    const auto count = next_word<Length>();
    if (count <= rest().size() / sizeof(Length)) return static_cast<std::size_t>(count);
    fail();
    return 0;
  }
  Result<void> end() const {
    if (at_end()) return {};
    return Error(ErrorKind::bug, "a message between the server and a script's process is damaged");
  }
};

constexpr auto kLastKind = static_cast<std::uint8_t>(Answer::Kind::output);

}  // namespace

std::string encode(const Start& start) {
  Writer writer;
  writer.add_word(start.memory);
  return std::move(writer).frame();
}

std::string encode(const Call& call) {
  Writer writer;
  writer.add_word(call.output);
  writer.add_text(call.source);
  writer.add_text(call.input);
  writer.add_word<Length>(call.readers.size());
  for (const std::string& content : call.readers) writer.add_text(content);
  return std::move(writer).frame();
}

std::string encode(const Answer& answer) {
  Writer writer;
  writer.add_word(static_cast<std::uint8_t>(answer.kind));
  writer.add_word(answer.line);
  writer.add_word(answer.column);
  writer.add_text(answer.message);
  writer.add_text(answer.value);
  return std::move(writer).frame();
}

Result<Start> decode_start(std::string_view frame) {
  Parser parser(frame);
  const Start start{.memory = parser.next_word<std::uint64_t>()};
  MILLRACE_TRY(parser.end());
  return start;
}

Result<Call> decode_call(std::string_view frame) {
  Parser parser(frame);
  Call call;
  call.output = parser.next_word<std::uint64_t>();
  call.source = parser.next_text();
  call.input = parser.next_text();
  for (std::size_t left = parser.next_texts(); left > 0; --left)
    call.readers.push_back(parser.next_text());
  MILLRACE_TRY(parser.end());
  return call;
}

Result<Answer> decode_answer(std::string_view frame) {
  Parser parser(frame);
  Answer answer;
  const auto kind = parser.next_word<std::uint8_t>();
  answer.line = parser.next_word<std::uint32_t>();
  answer.column = parser.next_word<std::uint32_t>();
  answer.message = parser.next_text();
  answer.value = parser.next_text();
  MILLRACE_TRY(parser.end());
  if (kind > kLastKind || answer.message.size() > kMessageBytes) {
    return Error(ErrorKind::bug, "a script's process gave an answer that there is not");
  }
  answer.kind = static_cast<Answer::Kind>(kind);
  return answer;
}

Result<void> FrameReader::add(std::string_view bytes) {
  bytes_ += bytes;
  if (!length_ && bytes_.size() >= sizeof(Length)) {
    Length length = 0;
    std::memcpy(&length, bytes_.data(), sizeof(Length));
    if (length > limit_) {
      return Error(ErrorKind::exhausted,
                   "a message between the server and a script's process is "
                   "longer than it may be");
    }
    length_ = length;
    bytes_.erase(0, sizeof(Length));
  }
  if (length_ && bytes_.size() > *length_) {
    return Error(ErrorKind::bug, "a script's process said more than it was asked");
  }
  return {};
}

std::uint64_t FrameReader::missing() const {
  return length_.value_or(sizeof(Length)) - bytes_.size();
}

std::optional<std::string> FrameReader::take() {
  if (!length_ || missing() > 0) return std::nullopt;
  length_.reset();
  return std::exchange(bytes_, {});
}

}  // namespace millrace::script
