#include <brotli/encode.h>
#include <zlib.h>
#include <zstd.h>

#include <memory>
#include <stdexcept>

#include "support/bodies.h"

namespace millrace::support {

namespace {

using Buffer = unsigned char[64 * 1024];

void require(bool ok) {
  if (!ok) throw std::runtime_error("cannot compress");
}

void append(std::string& to, const void* bytes, std::size_t size) {
  to.append(static_cast<const char*>(bytes), size);
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string by_zlib(int window_bits, std::string_view piece, std::size_t times) {
  z_stream stream{};
  require(deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out;
  for (std::size_t i = 0; i < times; ++i) {
    stream.next_in = const_cast<Bytef*>(bytes_of(piece));
    stream.avail_in = static_cast<uInt>(piece.size());
    Buffer buffer;
    do {
      stream.next_out = buffer;
      stream.avail_out = sizeof buffer;
      require(deflate(&stream, i + 1 == times ? Z_FINISH : Z_NO_FLUSH) != Z_STREAM_ERROR);
      append(out, buffer, sizeof buffer - stream.avail_out);
    } while (stream.avail_out == 0);
  }
  deflateEnd(&stream);
  return out;
}

std::string by_brotli(std::string_view piece, std::size_t times) {
  const std::unique_ptr<BrotliEncoderState, void (*)(BrotliEncoderState*)> state(
      BrotliEncoderCreateInstance(nullptr, nullptr, nullptr), BrotliEncoderDestroyInstance);
  BrotliEncoderSetParameter(state.get(), BROTLI_PARAM_QUALITY, 5);
  std::string out;
  for (std::size_t i = 0; i < times; ++i) {
    const auto operation = i + 1 == times ? BROTLI_OPERATION_FINISH : BROTLI_OPERATION_PROCESS;
    std::size_t left = piece.size();
    const unsigned char* in = bytes_of(piece);
    do {
      Buffer buffer;
      std::size_t room = sizeof buffer;
      unsigned char* next = buffer;
      require(BrotliEncoderCompressStream(state.get(), operation, &left, &in, &room, &next,
                                          nullptr) == BROTLI_TRUE);
      append(out, buffer, sizeof buffer - room);
    } while (left > 0 || BrotliEncoderHasMoreOutput(state.get()) == BROTLI_TRUE);
  }
  return out;
}

std::string by_zstd(std::string_view piece, std::size_t times) {
  const std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> state(ZSTD_createCCtx(),
                                                                      ZSTD_freeCCtx);
  std::string out;
  for (std::size_t i = 0; i < times; ++i) {
    const auto mode = i + 1 == times ? ZSTD_e_end : ZSTD_e_continue;
    ZSTD_inBuffer in{piece.data(), piece.size(), 0};
    for (bool done = false; !done;) {
      Buffer buffer;
      ZSTD_outBuffer into{buffer, sizeof buffer, 0};
      const std::size_t left = ZSTD_compressStream2(state.get(), &into, &in, mode);
      require(ZSTD_isError(left) == 0);
      append(out, buffer, into.pos);
      done = mode == ZSTD_e_end ? left == 0 : in.pos == in.size;
    }
  }
  return out;
}

}  // namespace

std::string_view name_of(Encoding encoding) {
  switch (encoding) {
    case Encoding::gzip: return "gzip";
    case Encoding::deflate:
    case Encoding::raw_deflate: return "deflate";
    case Encoding::br: return "br";
    case Encoding::zstd: return "zstd";
  }
  return "";
}

std::string compressed(Encoding encoding, std::string_view piece, std::size_t times) {
  constexpr int kGzip = 15 + 16;
  constexpr int kZlib = 15;
  switch (encoding) {
    case Encoding::gzip: return by_zlib(kGzip, piece, times);
    case Encoding::deflate: return by_zlib(kZlib, piece, times);
    case Encoding::raw_deflate: return by_zlib(-kZlib, piece, times);
    case Encoding::br: return by_brotli(piece, times);
    case Encoding::zstd: return by_zstd(piece, times);
  }
  return "";
}

}  // namespace millrace::support
