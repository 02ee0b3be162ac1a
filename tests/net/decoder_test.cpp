#include "net/decode/decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "support/bodies.h"

namespace millrace {
namespace {

using support::Encoding;

// Feeds `input` in pieces of `in` bytes and takes pieces of `out`.
Result<std::string> decode(Decoder& decoder, std::string_view input, std::size_t in,
                           std::size_t out) {
  std::string result;
  std::string room(out, '\0');
  while (true) {
    auto step = decoder.decode(input.substr(0, in), room);
    if (!step) return step.error();
    result.append(room, 0, step->produced);
    input.remove_prefix(step->consumed);
    if (step->consumed == 0 && step->produced == 0 && !step->pending) break;
  }
  EXPECT_TRUE(input.empty());
  MILLRACE_TRY(decoder.finish());
  return result;
}

Result<std::string> decode(std::string_view coding, std::string_view input, std::size_t in = 1000,
                           std::size_t out = 1000) {
  auto decoder = make_decoder(coding, 3);
  if (!decoder) return decoder.error();
  return decode(**decoder, input, in, out);
}

std::string deflated(std::string_view text, int window) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 100, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST(Decoder, DecodesInPiecesOfAnySize) {
  const std::string text = support::numbered_lines(30'000);
  for (const Encoding encoding : {Encoding::gzip, Encoding::br, Encoding::zstd}) {
    const std::string packed = support::compressed(encoding, text);
    for (const std::size_t in : {1U, 7U, 100'000U}) {
      for (const std::size_t out : {1U, 13U, 100'000U}) {
        auto decoded = decode(support::name_of(encoding), packed, in, out);
        ASSERT_TRUE(decoded) << decoded.error().to_line();
        EXPECT_EQ(*decoded, text);
      }
    }
  }
}

TEST(Decoder, DeflateWithAndWithoutItsWrapping) {
  const std::string text = support::numbered_lines(30'000);
  for (const int window : {MAX_WBITS, -MAX_WBITS}) {
    for (const std::size_t in : {1U, 100'000U}) {
      auto decoded = decode("deflate", deflated(text, window), in, 10);
      ASSERT_TRUE(decoded) << decoded.error().to_line();
      EXPECT_EQ(*decoded, text);
    }
  }
}

TEST(Decoder, MembersFramesAndWhatFollows) {
  for (const Encoding encoding : {Encoding::gzip, Encoding::zstd}) {
    const std::string two =
        support::compressed(encoding, "one ") + support::compressed(encoding, "two");
    for (const std::size_t in : {1U, 1000U}) {
      EXPECT_EQ(*decode(support::name_of(encoding), two, in), "one two");
      EXPECT_EQ(*decode(support::name_of(encoding), two + std::string(9, '\0'), in), "one two");
      EXPECT_EQ(*decode(support::name_of(encoding), two + "garbage", in), "one two");
    }
  }
  EXPECT_EQ(*decode("br", support::compressed(Encoding::br, "one") + "garbage"), "one");
}

TEST(Decoder, SeveralLayers) {
  const std::string text = support::numbered_lines(30'000);
  const std::string packed =
      support::compressed(Encoding::br, support::compressed(Encoding::gzip, text));
  EXPECT_EQ(*decode(" GZIP ,br", packed, 5, 7), text);
  EXPECT_EQ(*decode("identity, gzip, br", packed), text);
  EXPECT_EQ(make_decoder("gzip, br, zstd, gzip", 3).error().kind(), ErrorKind::exhausted);
}

TEST(Decoder, EmptyUnknownCutShort) {
  EXPECT_EQ(*make_decoder("", 3), nullptr);
  EXPECT_EQ(*make_decoder("identity", 3), nullptr);
  EXPECT_EQ(*make_decoder("compress", 3), nullptr);
  EXPECT_EQ(*make_decoder("gzip, compress", 3), nullptr);
  for (const char* coding : {"gzip", "deflate", "br", "zstd"}) {
    EXPECT_EQ(*decode(coding, ""), "");
  }
  for (const Encoding encoding : {Encoding::gzip, Encoding::br, Encoding::zstd}) {
    const std::string packed = support::compressed(encoding, support::numbered_lines(1000));
    for (std::size_t size = 1; size < packed.size(); size += 3) {
      auto decoded = decode(support::name_of(encoding), packed.substr(0, size));
      ASSERT_FALSE(decoded) << size;
      EXPECT_EQ(decoded.error().kind(), ErrorKind::unavailable);
    }
  }
}

}  // namespace
}  // namespace millrace
