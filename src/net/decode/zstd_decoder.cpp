// Zstandard (RFC 8878), frames one after another. The window is limited to 8 MiB, which is what
// RFC 9659 allows servers to use; the library's own limit is 128 MiB.
#include <fmt/format.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <new>

#include "net/decode/decoder.h"

namespace millrace {
namespace {

constexpr int kWindowLog = 23;

Error too_wide() {
  return Error(ErrorKind::exhausted,
               fmt::format("the zstd data of the response body needs a window larger than {} MiB, "
                           "the most that is allowed: have the server compress without --long, or "
                           "set the argument \"compressed\" to false",
                           (1 << kWindowLog) >> 20))
      .in_phase("body");
}

class ZstdDecoder final : public Decoder {
 public:
  ZstdDecoder() : stream_(ZSTD_createDStream()) {
    if (stream_ == nullptr) throw std::bad_alloc();
    ZSTD_DCtx_setParameter(stream_, ZSTD_d_windowLogMax, kWindowLog);
  }
  ZstdDecoder(const ZstdDecoder&) = delete;
  ZstdDecoder& operator=(const ZstdDecoder&) = delete;
  ~ZstdDecoder() override { ZSTD_freeDStream(stream_); }

  Result<Step> decode(std::string_view input, std::span<char> output) override {
    Step total;
    while (true) {
      if (garbage_) {
        total.consumed += input.size();
        total.work += input.size();
        return total;
      }
      if (output.empty()) return total;
      ZSTD_inBuffer in{input.data(), input.size(), 0};
      ZSTD_outBuffer out{output.data(), output.size(), 0};
      const std::size_t status = ZSTD_decompressStream(stream_, &out, &in);
      if (ZSTD_getErrorCode(status) == ZSTD_error_frameParameter_windowTooLarge) return too_wide();
      if (ZSTD_isError(status) != 0U) {
        if (!between_frames_ || !begun_) return corrupt("zstd", ZSTD_getErrorName(status));
        garbage_ = true;
        continue;
      }
      begun_ = begun_ || in.pos > 0;
      if (in.pos > 0 || out.pos > 0) between_frames_ = status == 0;
      input.remove_prefix(in.pos);
      output = output.subspan(out.pos);
      total.consumed += in.pos;
      total.work += in.pos;
      total.produced += out.pos;
      if (in.pos == 0 && out.pos == 0) return total;
    }
  }

  Result<void> finish() override {
    if (between_frames_ || garbage_) return {};
    return cut_short("zstd");
  }

 private:
  ZSTD_DStream* stream_;
  bool begun_ = false;
  bool between_frames_ = true;
  bool garbage_ = false;
};

}  // namespace

std::unique_ptr<Decoder> make_zstd_decoder() { return std::make_unique<ZstdDecoder>(); }

}  // namespace millrace
