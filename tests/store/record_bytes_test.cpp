#include "store/record_bytes.h"

#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "store/journals.h"

namespace millrace {
namespace {

using testing::HasSubstr;

constexpr std::uint64_t kSession = 0x0123'4567'89AB'CDEF;

SessionRecord full_record() {
  SessionRecord record = session_record(kSession);
  record.kind = RecordKind::suspended;
  record.status = SessionStatus::prompted;
  record.epoch = 300;
  record.purge_at = kToday + seconds(60);
  record.start_key = "order 17";
  return record;
}

// Lines of hexadecimal digits.
std::string golden(const std::string& name) {
  std::ifstream file(std::string(MILLRACE_SOURCE_DIR "/tests/store/golden/") + name);
  std::stringstream text;
  text << file.rdbuf();
  std::string bytes;
  std::string digits;
  for (const char c : text.str()) {
    if (std::isxdigit(static_cast<unsigned char>(c)) == 0) continue;
    digits += c;
    if (digits.size() < 2) continue;
    bytes += static_cast<char>(std::stoi(digits, nullptr, 16));
    digits.clear();
  }
  return bytes;
}

std::string hexadecimal(std::string_view bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    text += fmt::format("{:02x}{}", static_cast<unsigned char>(bytes[i]), i % 32 == 31 ? "\n" : "");
  }
  return text;
}

// What files of users hold: these never change.
TEST(RecordBytes, AreAsInTheGoldenFiles) {
  const SessionRecord record = full_record();
  EXPECT_EQ(hexadecimal(encode_record(record)), hexadecimal(golden("session-1.hex")));
  const auto decoded = decode_record(kSession, golden("session-1.hex"), record.payload);
  ASSERT_TRUE(decoded.has_value()) << decoded.error().to_line();
  EXPECT_EQ(described(*decoded), described(record));

  const PromptRecord prompt = prompt_record(kSession, 3, 4);
  EXPECT_EQ(hexadecimal(encode_prompt(prompt)), hexadecimal(golden("prompt-1.hex")));
  const auto asked = decode_prompt(kSession, golden("prompt-1.hex"));
  ASSERT_TRUE(asked.has_value()) << asked.error().to_line();
  EXPECT_EQ(described(*asked), described(prompt));

  const ChunkPlace place{kSession, 2, 200};
  EXPECT_EQ(hexadecimal(encode_chunk(place, "a piece")), hexadecimal(golden("chunk-1.hex")));
  EXPECT_EQ(*decode_chunk(place, golden("chunk-1.hex")), "a piece");

  EXPECT_EQ(hexadecimal(encode_definition("hash", "steps")),
            hexadecimal(golden("definition-1.hex")));
  EXPECT_EQ(*decode_definition("hash", golden("definition-1.hex")), "steps");
}

// Every kind and status, and the least there can be.
TEST(RecordBytes, KeepEveryField) {
  for (int kind = 1; kind <= 5; ++kind) {
    for (std::size_t status = 0; status < kSessionStatuses; ++status) {
      SessionRecord record;
      record.session = kSession;
      record.kind = static_cast<RecordKind>(kind);
      record.status = static_cast<SessionStatus>(status);
      record.created = WallTime(Nanos(-1));
      const auto decoded = decode_record(kSession, encode_record(record), "");
      ASSERT_TRUE(decoded.has_value()) << decoded.error().to_line();
      EXPECT_EQ(described(*decoded), described(record));
    }
  }
}

TEST(RecordBytes, EveryFlippedBitIsTold) {
  const SessionRecord record = full_record();
  const std::string bytes = encode_record(record);
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    const auto decoded = decode_record(kSession, flipped);
    ASSERT_FALSE(decoded.has_value()) << "bit " << bit;
    EXPECT_EQ(decoded.error().kind(), ErrorKind::bug) << "bit " << bit;
    EXPECT_THAT(decoded.error().message(), HasSubstr(fmt::format("session {}", kSession)));
  }
  std::string payload = record.payload;
  payload.back() ^= 1;
  EXPECT_FALSE(decode_record(kSession, bytes, payload).has_value());
  EXPECT_FALSE(decode_record(kSession, bytes, record.payload + "x").has_value());
}

TEST(RecordBytes, WhatIsCutShortIsTold) {
  const std::string bytes = encode_prompt(prompt_record(kSession, 3, 4));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto decoded = decode_prompt(kSession, std::string_view(bytes).substr(0, size));
    ASSERT_FALSE(decoded.has_value()) << size;
    EXPECT_EQ(decoded.error().kind(), ErrorKind::bug) << size;
  }
}

TEST(RecordBytes, OfAnotherSessionOrKindAreTold) {
  EXPECT_FALSE(decode_record(kSession + 1, encode_record(full_record())).has_value());
  EXPECT_FALSE(decode_prompt(kSession, encode_record(full_record())).has_value());
  EXPECT_FALSE(decode_chunk({kSession, 2, 1}, encode_chunk({kSession, 2, 0}, "x")).has_value());
  EXPECT_FALSE(decode_definition("other", encode_definition("hash", "x")).has_value());
}

TEST(RecordBytes, LaterVersionIsRefusedAndNotCalledDamaged) {
  std::string later = encode_record(full_record());
  later[0] = 2;
  later.insert(10, "something new");
  const auto decoded = decode_record(kSession, later);
  ASSERT_FALSE(decoded.has_value());
  EXPECT_EQ(decoded.error().kind(), ErrorKind::invalid);
  EXPECT_THAT(decoded.error().message(), HasSubstr("format 2"));
  EXPECT_THAT(decoded.error().message(), HasSubstr("the release that wrote it"));
}

}  // namespace
}  // namespace millrace
