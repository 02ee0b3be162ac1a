// Decompression in bounded steps: nothing is decoded before there is room for it, so that a bomb
// stays as small as its reader lets it. One decoder per body; pure, no sockets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace millrace {

class Decoder {
 public:
  struct Step {
    std::size_t consumed = 0;
    std::size_t produced = 0;
    // Bytes that went into any layer: what the step took in work.
    std::uint64_t work = 0;
    // There is more to do without more input: the step stopped because it had done enough.
    bool pending = false;
  };

  virtual ~Decoder() = default;

  // Decodes from `input` into `output` as far as either goes, or until enough has been done for one
  // step: a few bytes may unfold, in layers, into gigabytes that come to nothing. All input
  // consumed, room left in the output and not Step::pending means that nothing is left to do. What
  // follows the end of the compressed data is consumed and ignored, as browsers and curl do. Error
  // of kind unavailable on corrupt data, exhausted where it asks for more memory or work than we
  // give it.
  virtual Result<Step> decode(std::string_view input, std::span<char> output) = 0;

  // To be asked once the input has ended and nothing is pending: an error where it was cut short.
  // No input at all is no error: an answer without a body may still name its coding.
  virtual Result<void> finish() = 0;
};

// What we send as Accept-Encoding, and can decode.
inline constexpr std::string_view kAcceptedCodings = "gzip, deflate, br, zstd";

// What all layers of one body may take in before it counts as saying nothing: so many bytes, and so
// many more for each byte that came out. Honest data takes about one for each and layer; a stream
// that is flushed after every byte, about seven.
inline constexpr std::uint64_t kIdleWork = 1ULL << 20;
inline constexpr std::uint64_t kWorkForByte = 32;
// After how much one step stops, about: some milliseconds where each byte is a block of its own.
inline constexpr std::uint64_t kStepWork = 16 * 1024;

// A decoder for the value of Content-Encoding ("gzip", "gzip, br", applied in that order by the
// server); nullptr where there is nothing to decode ("identity", empty) or a coding that was not
// offered. Error of kind exhausted where there are more than `most` layers.
Result<std::unique_ptr<Decoder>> make_decoder(std::string_view content_encoding, std::size_t most);

std::unique_ptr<Decoder> make_gzip_decoder();
std::unique_ptr<Decoder> make_deflate_decoder();  // zlib's wrapping, or none at all
std::unique_ptr<Decoder> make_brotli_decoder();
std::unique_ptr<Decoder> make_zstd_decoder();

// For the decoders themselves.
Error corrupt(std::string_view coding, std::string_view why);
Error cut_short(std::string_view coding);

}  // namespace millrace
