#include "script/protocol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace millrace::script {
namespace {

// The content of what encode() gives.
std::string content(const std::string& frame) { return frame.substr(sizeof(std::uint64_t)); }

Call some_call() {
  return {.source = "return input",
          .input = std::string("\0x", 2),
          .readers = {"", "abc"},
          .output = 7};
}

TEST(ScriptProtocol, WhatGoesInComesOut) {
  const auto start = decode_start(content(encode(Start{.memory = 1ULL << 40U})));
  ASSERT_TRUE(start);
  EXPECT_EQ(start->memory, 1ULL << 40U);
  const auto call = decode_call(content(encode(some_call())));
  ASSERT_TRUE(call);
  EXPECT_EQ(call->source, "return input");
  EXPECT_EQ(call->input, std::string("\0x", 2));
  EXPECT_THAT(call->readers, testing::ElementsAre("", "abc"));
  EXPECT_EQ(call->output, 7U);
  const Answer said{
      .kind = Answer::Kind::failed, .value = "v", .message = "m", .line = 3, .column = 4};
  const auto answer = decode_answer(content(encode(said)));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->kind, Answer::Kind::failed);
  EXPECT_EQ(answer->value + answer->message, "vm");
  EXPECT_EQ(answer->line * 10 + answer->column, 34U);
}

TEST(ScriptProtocol, WhatIsCutShortOrGoesOnIsRefused) {
  const std::string call = content(encode(some_call()));
  for (std::size_t size = 0; size < call.size(); ++size) {
    EXPECT_FALSE(decode_call(std::string_view(call).substr(0, size))) << size;
  }
  EXPECT_FALSE(decode_call(call + "x"));
  const std::string answer = content(encode(Answer{.value = "v", .message = "m"}));
  for (std::size_t size = 0; size < answer.size(); ++size) {
    EXPECT_FALSE(decode_answer(std::string_view(answer).substr(0, size))) << size;
  }
  std::string unknown = answer;
  unknown[0] = 99;
  EXPECT_FALSE(decode_answer(unknown));
  EXPECT_FALSE(
      decode_answer(content(encode(Answer{.message = std::string(kMessageBytes + 1, 'x')}))));
}

TEST(ScriptProtocol, AFrameComesInPieces) {
  const std::string frame = encode(Start{.memory = 5});
  FrameReader reader(100);
  EXPECT_EQ(reader.missing(), 8U);
  for (const char byte : frame) {
    EXPECT_FALSE(reader.take());
    ASSERT_TRUE(reader.add({&byte, 1}));
  }
  EXPECT_EQ(reader.missing(), 0U);
  EXPECT_EQ(reader.take(), content(frame));
  EXPECT_FALSE(reader.take());
}

TEST(ScriptProtocol, AFrameIsBounded) {
  FrameReader too_long(15);
  EXPECT_EQ(too_long.add(encode(Answer{.message = "0123456789"})).error().kind(),
            ErrorKind::exhausted);
  FrameReader unasked(100);
  EXPECT_EQ(unasked.add(encode(Start{}) + "x").error().kind(), ErrorKind::bug);
  // What was announced takes no memory before it is there.
  FrameReader huge(UINT64_MAX);
  EXPECT_TRUE(huge.add(std::string(8, '\x7f')));
  EXPECT_FALSE(huge.take());
}

}  // namespace
}  // namespace millrace::script
