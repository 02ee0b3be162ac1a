#include "script/protocol.h"

#include <cstring>

namespace millrace::script {
namespace {

using Length = std::uint64_t;

class Writer {
 public:
  Writer() : bytes_(sizeof(Length), '\0') {}

  template <class T>
  void number(T number) {
    char bytes[sizeof(T)];
    std::memcpy(bytes, &number, sizeof(T));
    bytes_.append(bytes, sizeof(T));
  }
  void text(std::string_view text) {
    number<Length>(text.size());
    bytes_ += text;
  }
  std::string frame() && {
    const Length length = bytes_.size() - sizeof(Length);
    std::memcpy(bytes_.data(), &length, sizeof(Length));
    return std::move(bytes_);
  }

 private:
  std::string bytes_;
};

// The first thing that is out of place ends it; what is read after that is empty.
class Parser {
 public:
  explicit Parser(std::string_view frame) : rest_(frame) {}

  template <class T>
  T number() {
    T number{};
    if (rest_.size() < sizeof(T)) return fail(number);
    std::memcpy(&number, rest_.data(), sizeof(T));
    rest_.remove_prefix(sizeof(T));
    return number;
  }
  std::string text() {
    const auto size = number<Length>();
    if (size > rest_.size()) return fail(std::string());
    std::string text(rest_.substr(0, static_cast<std::size_t>(size)));
    rest_.remove_prefix(text.size());
    return text;
  }
  // A number of things of which each takes eight bytes or more.
  std::size_t count() {
    const auto count = number<Length>();
    return count > rest_.size() / sizeof(Length) ? fail(0U) : static_cast<std::size_t>(count);
  }
  Result<void> end() const {
    if (!failed_ && rest_.empty()) return {};
    return Error(ErrorKind::bug, "a message between the server and a script's process is damaged");
  }

 private:
  template <class T>
  T fail(T nothing) {
    failed_ = true;
    rest_ = {};
    return nothing;
  }

  std::string_view rest_;
  bool failed_ = false;
};

constexpr auto kLastKind = static_cast<std::uint8_t>(Answer::Kind::output);

}  // namespace

std::string encode(const Start& start) {
  Writer writer;
  writer.number(start.memory);
  return std::move(writer).frame();
}

std::string encode(const Call& call) {
  Writer writer;
  writer.number(call.output);
  writer.text(call.source);
  writer.text(call.input);
  writer.number<Length>(call.readers.size());
  for (const std::string& content : call.readers) writer.text(content);
  return std::move(writer).frame();
}

std::string encode(const Answer& answer) {
  Writer writer;
  writer.number(static_cast<std::uint8_t>(answer.kind));
  writer.number(answer.line);
  writer.number(answer.column);
  writer.text(answer.message);
  writer.text(answer.value);
  return std::move(writer).frame();
}

Result<Start> decode_start(std::string_view frame) {
  Parser parser(frame);
  const Start start{.memory = parser.number<std::uint64_t>()};
  MILLRACE_TRY(parser.end());
  return start;
}

Result<Call> decode_call(std::string_view frame) {
  Parser parser(frame);
  Call call;
  call.output = parser.number<std::uint64_t>();
  call.source = parser.text();
  call.input = parser.text();
  for (std::size_t left = parser.count(); left > 0; --left) call.readers.push_back(parser.text());
  MILLRACE_TRY(parser.end());
  return call;
}

Result<Answer> decode_answer(std::string_view frame) {
  Parser parser(frame);
  Answer answer;
  const auto kind = parser.number<std::uint8_t>();
  answer.line = parser.number<std::uint32_t>();
  answer.column = parser.number<std::uint32_t>();
  answer.message = parser.text();
  answer.value = parser.text();
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
