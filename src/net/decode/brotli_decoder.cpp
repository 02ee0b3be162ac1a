// Brotli (RFC 7932). Its window is at most 16 MiB; the large-window extension stays off.
#include <brotli/decode.h>

#include <new>

#include "net/decode/decoder.h"

namespace millrace {
namespace {

class BrotliDecoder final : public Decoder {
 public:
  BrotliDecoder() : state_(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr)) {
    if (state_ == nullptr) throw std::bad_alloc();
  }
  BrotliDecoder(const BrotliDecoder&) = delete;
  BrotliDecoder& operator=(const BrotliDecoder&) = delete;
  ~BrotliDecoder() override { BrotliDecoderDestroyInstance(state_); }

  Result<Step> decode(std::string_view input, std::span<char> output) override {
    if (ended_) return Step{.consumed = input.size(), .work = input.size()};
    begun_ = begun_ || !input.empty();
    std::size_t input_left = input.size();
    std::size_t output_left = output.size();
    const auto* next_input = reinterpret_cast<const std::uint8_t*>(input.data());
    auto* next_output = reinterpret_cast<std::uint8_t*>(output.data());
    const auto status = BrotliDecoderDecompressStream(state_, &input_left, &next_input,
                                                      &output_left, &next_output, nullptr);
    if (status == BROTLI_DECODER_RESULT_ERROR) {
      return corrupt("br", BrotliDecoderErrorString(BrotliDecoderGetErrorCode(state_)));
    }
    ended_ = status == BROTLI_DECODER_RESULT_SUCCESS;
    if (ended_) input_left = 0;  // what follows is ignored
    const std::size_t consumed = input.size() - input_left;
    return Step{.consumed = consumed, .produced = output.size() - output_left, .work = consumed};
  }

  Result<void> finish() override {
    if (ended_ || !begun_) return {};
    return cut_short("br");
  }

 private:
  BrotliDecoderState* state_;
  bool begun_ = false;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<Decoder> make_brotli_decoder() { return std::make_unique<BrotliDecoder>(); }

}  // namespace millrace
