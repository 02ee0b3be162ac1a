// gzip (RFC 1952, members one after another) and deflate (RFC 1950, or RFC 1951 bare as some
// servers send it).
#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <new>

#include "net/decode/decoder.h"

namespace millrace {
namespace {

constexpr int kGzip = MAX_WBITS + 16;
constexpr int kZlib = MAX_WBITS;
constexpr int kBare = -MAX_WBITS;

class ZlibDecoder : public Decoder {
 public:
  explicit ZlibDecoder(std::string_view coding, int window) : coding_(coding) {
    if (inflateInit2(&stream_, window) != Z_OK) throw std::bad_alloc();
  }
  ZlibDecoder(const ZlibDecoder&) = delete;
  ZlibDecoder& operator=(const ZlibDecoder&) = delete;
  ~ZlibDecoder() override { inflateEnd(&stream_); }

  Result<Step> decode(std::string_view input, std::span<char> output) override {
    Step total;
    while (true) {
      if (ended_ && !begin_next(input, total)) return total;
      if (output.empty()) return total;
      const std::size_t offered = std::min<std::size_t>(input.size(), kMost);
      const std::size_t room = std::min<std::size_t>(output.size(), kMost);
      // zlib takes its input as not const, and leaves it alone.
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
      stream_.avail_in = static_cast<uInt>(offered);
      stream_.next_out = reinterpret_cast<Bytef*>(output.data());
      stream_.avail_out = static_cast<uInt>(room);
      const int status = inflate(&stream_, Z_NO_FLUSH);
      const std::size_t consumed = offered - stream_.avail_in;
      const std::size_t produced = room - stream_.avail_out;
      begun_ = begun_ || consumed > 0;
      input.remove_prefix(consumed);
      output = output.subspan(produced);
      total.consumed += consumed;
      total.produced += produced;
      total.work += consumed;
      if (status == Z_STREAM_END) {
        ended_ = true;
      } else if (status != Z_OK && status != Z_BUF_ERROR) {
        return corrupt(coding_, stream_.msg != nullptr ? stream_.msg : "not in this format");
      } else if (consumed == 0 && produced == 0) {
        return total;
      }
    }
  }

  Result<void> finish() override {
    if (!begun_ || ended_) return {};
    return cut_short(coding_);
  }

 protected:
  // After the end: whether more compressed data begins here. Anything else is consumed.
  virtual bool begin_next(std::string_view& input, Step& total) {
    total.consumed += input.size();
    total.work += input.size();
    input = {};
    return false;
  }

  void reset(int window) {
    inflateReset2(&stream_, window);
    ended_ = false;
  }

 private:
  static constexpr std::size_t kMost = std::numeric_limits<uInt>::max();
  std::string_view coding_;
  z_stream stream_{};
  bool begun_ = false;
  bool ended_ = false;
};

class GzipDecoder final : public ZlibDecoder {
 public:
  GzipDecoder() : ZlibDecoder("gzip", kGzip) {}

 protected:
  // Another member begins with the first byte of the magic number; padding and garbage do not.
  bool begin_next(std::string_view& input, Step& total) override {
    if (garbage_ || input.empty()) return ZlibDecoder::begin_next(input, total);
    if (input.front() != '\x1f') {
      garbage_ = true;
      return ZlibDecoder::begin_next(input, total);
    }
    reset(kGzip);
    return true;
  }

 private:
  bool garbage_ = false;
};

class DeflateDecoder final : public Decoder {
 public:
  Result<Step> decode(std::string_view input, std::span<char> output) override {
    Step total;
    if (!inner_) {
      // Two bytes tell whether zlib's header is there.
      while (header_size_ < 2 && !input.empty()) {
        header_[header_size_++] = input.front();
        input.remove_prefix(1);
        ++total.consumed;
      }
      if (header_size_ < 2) return total;
      const auto first = static_cast<unsigned char>(header_[0]);
      const auto second = static_cast<unsigned char>(header_[1]);
      const bool wrapped = (first & 0x0f) == Z_DEFLATED && (first * 256 + second) % 31 == 0;
      inner_ = std::make_unique<ZlibDecoder>("deflate", wrapped ? kZlib : kBare);
    }
    while (header_taken_ < 2 && !output.empty()) {
      auto step = inner_->decode({header_.data() + header_taken_, 2U - header_taken_}, output);
      if (!step) return step.error();
      header_taken_ += step->consumed;
      output = output.subspan(step->produced);
      total.produced += step->produced;
    }
    if (output.empty()) return total;
    auto step = inner_->decode(input, output);
    if (!step) return step.error();
    const std::size_t consumed = total.consumed + step->consumed;
    return Step{
        .consumed = consumed, .produced = total.produced + step->produced, .work = consumed};
  }

  Result<void> finish() override {
    if (inner_) return inner_->finish();
    if (header_size_ == 0) return {};
    return cut_short("deflate");
  }

 private:
  std::array<char, 2> header_{};
  std::size_t header_size_ = 0;
  std::size_t header_taken_ = 0;
  std::unique_ptr<ZlibDecoder> inner_;
};

}  // namespace

std::unique_ptr<Decoder> make_gzip_decoder() { return std::make_unique<GzipDecoder>(); }
std::unique_ptr<Decoder> make_deflate_decoder() { return std::make_unique<DeflateDecoder>(); }

}  // namespace millrace
