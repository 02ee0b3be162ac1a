// Decompression in bounded steps: nothing is decoded before there is room for it, so that a bomb
// stays as small as its reader lets it. One decoder per body; pure, no sockets.
#pragma once

#include <cstddef>
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
  };

  virtual ~Decoder() = default;

  // Decodes from `input` into `output` as far as either goes. All input consumed and room left in
  // the output means that nothing is pending. What follows the end of the compressed data is
  // consumed and ignored, as browsers and curl do. Error of kind unavailable on corrupt data,
  // exhausted where it asks for more memory than we give it.
  virtual Result<Step> decode(std::string_view input, std::span<char> output) = 0;

  // To be asked once the input has ended and nothing is pending: an error where it was cut short.
  // No input at all is no error: an answer without a body may still name its coding.
  virtual Result<void> finish() = 0;
};

// What we send as Accept-Encoding, and can decode.
inline constexpr std::string_view kAcceptedCodings = "gzip, deflate, br, zstd";

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
