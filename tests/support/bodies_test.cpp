#include "support/bodies.h"

#include <brotli/decode.h>
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>

#include "support/checksum.h"

namespace millrace::support {
namespace {

std::string inflated(const std::string& bytes, std::size_t size) {
  std::string out(size + 1, '?');
  z_stream stream{};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  constexpr int kGzipOrZlib = 15 + 32;
  EXPECT_EQ(inflateInit2(&stream, kGzipOrZlib), Z_OK);
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

TEST(Bodies, CompressedInPiecesComesBackWhole) {
  const std::string piece = numbered_lines(300'000);
  std::string whole;
  for (int i = 0; i < 4; ++i) whole += piece;

  EXPECT_EQ(inflated(compressed(Encoding::gzip, piece, 4), whole.size()), whole);
  EXPECT_EQ(inflated(compressed(Encoding::deflate, piece, 4), whole.size()), whole);

  const std::string zstd = compressed(Encoding::zstd, piece, 4);
  std::string out(whole.size(), '?');
  ZSTD_inBuffer in{zstd.data(), zstd.size(), 0};
  ZSTD_outBuffer into{out.data(), out.size(), 0};
  ZSTD_DCtx* context = ZSTD_createDCtx();
  EXPECT_EQ(ZSTD_decompressStream(context, &into, &in), 0U);
  ZSTD_freeDCtx(context);
  EXPECT_EQ(out, whole);

  const std::string br = compressed(Encoding::br, piece, 4);
  std::size_t size = out.size();
  out.assign(size, '?');
  EXPECT_EQ(BrotliDecoderDecompress(br.size(), reinterpret_cast<const std::uint8_t*>(br.data()),
                                    &size, reinterpret_cast<std::uint8_t*>(out.data())),
            BROTLI_DECODER_RESULT_SUCCESS);
  EXPECT_EQ(out, whole);
}

TEST(Bodies, ABombIsSmall) {
  constexpr std::size_t kSize = 64U << 20U;
  for (const Encoding encoding :
       {Encoding::gzip, Encoding::deflate, Encoding::br, Encoding::zstd}) {
    EXPECT_LT(zero_bomb(encoding, kSize).size(), kSize / 500) << name_of(encoding);
  }
  EXPECT_EQ(inflated(zero_bomb(Encoding::gzip, 1000), 1000), std::string(1000, '\0'));
}

TEST(Bodies, LinesAreWholeAndDiffer) {
  EXPECT_EQ(line_block().size(), 1U << 20U);
  EXPECT_EQ(line_block().back(), '\n');
  EXPECT_EQ(std::count(line_block().begin(), line_block().end(), '\n'), 16384);
  EXPECT_NE(line_block().substr(0, 64), line_block().substr(64, 64));
}

TEST(Bodies, AnswersAreWellFormed) {
  EXPECT_EQ(answer("abc", "404 Not Found", "A: b\r\n"),
            "HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\nA: b\r\n\r\nabc");
  EXPECT_EQ(
      chunked_answer("abcde", 3),
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
}

TEST(Bodies, ChecksumIsSha256) {
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256().add("a").add("bc").hex(), sha256("abc"));
}

}  // namespace
}  // namespace millrace::support
