#include "net/decode/decoder.h"

#include <fmt/format.h>
#include <strings.h>

#include <array>
#include <optional>

namespace millrace {
namespace {

constexpr std::size_t kBetween = 16 * 1024;

// Two layers: what `outer` gives is the input of `inner`.
class Chain final : public Decoder {
 public:
  Chain(std::unique_ptr<Decoder> outer, std::unique_ptr<Decoder> inner)
      : outer_(std::move(outer)), inner_(std::move(inner)) {}

  Result<Step> decode(std::string_view input, std::span<char> output) override {
    Step total;
    while (total.work < kStepWork) {
      auto given = inner_->decode({between_.data() + begin_, end_ - begin_}, output);
      if (!given) return given.error();
      begin_ += given->consumed;
      output = output.subspan(given->produced);
      total.produced += given->produced;
      total.work += given->work;
      if (output.empty()) return total;
      if (given->pending) break;
      begin_ = end_ = 0;
      auto taken = outer_->decode(input, between_);
      if (!taken) return taken.error();
      input.remove_prefix(taken->consumed);
      total.consumed += taken->consumed;
      total.work += taken->work;
      end_ = taken->produced;
      if (taken->produced == 0 && !taken->pending) return total;
    }
    total.pending = true;
    return total;
  }

  Result<void> finish() override {
    MILLRACE_TRY(outer_->finish());
    return inner_->finish();
  }

 private:
  std::unique_ptr<Decoder> outer_;
  std::unique_ptr<Decoder> inner_;
  std::array<char, kBetween> between_;
  std::size_t begin_ = 0;  // of what `inner` has not taken yet
  std::size_t end_ = 0;
};

// All layers of a body together, and the limit on their work.
class Bounded final : public Decoder {
 public:
  explicit Bounded(std::unique_ptr<Decoder> layers) : layers_(std::move(layers)) {}

  Result<Step> decode(std::string_view input, std::span<char> output) override {
    auto step = layers_->decode(input.substr(0, kStepWork), output);
    if (!step) return step.error();
    work_ += step->work;
    produced_ += step->produced;
    if (work_ > kIdleWork + kWorkForByte * produced_) return says_nothing();
    return step;
  }

  Result<void> finish() override { return layers_->finish(); }

 private:
  Error says_nothing() const {
    return Error(ErrorKind::exhausted,
                 fmt::format("the compressed data of the response body says next to nothing: {} "
                             "bytes of it, in all layers, gave {} bytes",
                             work_, produced_))
        .in_phase("body");
  }

  std::unique_ptr<Decoder> layers_;
  std::uint64_t work_ = 0;
  std::uint64_t produced_ = 0;
};

bool is(std::string_view name, std::string_view coding) {
  return name.size() == coding.size() && strncasecmp(name.data(), coding.data(), name.size()) == 0;
}

std::unique_ptr<Decoder> make_one(std::string_view name) {
  if (is(name, "gzip") || is(name, "x-gzip")) return make_gzip_decoder();
  if (is(name, "deflate")) return make_deflate_decoder();
  if (is(name, "br")) return make_brotli_decoder();
  if (is(name, "zstd")) return make_zstd_decoder();
  return nullptr;
}

// The codings in the order in which they were applied, without "identity".
std::vector<std::string_view> split(std::string_view list) {
  std::vector<std::string_view> names;
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    std::string_view name = list.substr(0, comma);
    const auto first = name.find_first_not_of(" \t");
    if (first != std::string_view::npos) {
      name = name.substr(first, name.find_last_not_of(" \t") - first + 1);
      if (!is(name, "identity")) names.push_back(name);
    }
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
  }
  return names;
}

}  // namespace

Error corrupt(std::string_view coding, std::string_view why) {
  return Error(ErrorKind::unavailable,
               fmt::format("the {} data of the response body is corrupt ({})", coding, why))
      .in_phase("body");
}

Error cut_short(std::string_view coding) {
  return Error(ErrorKind::unavailable,
               fmt::format("the {} data of the response body ends too early", coding))
      .in_phase("body");
}

Result<std::unique_ptr<Decoder>> make_decoder(std::string_view content_encoding, std::size_t most) {
  const auto names = split(content_encoding);
  if (names.size() > most) {
    return Error(
               ErrorKind::exhausted,
               fmt::format("the response body is compressed {} times over, more than {} times are "
                           "not decoded",
                           names.size(), most))
        .in_phase("headers");
  }
  std::unique_ptr<Decoder> decoder;
  for (const std::string_view name : names) {
    auto layer = make_one(name);
    // One coding that we do not know hides what is below it: the body stays as it is.
    if (!layer) return std::unique_ptr<Decoder>{};
    // The last applied is the first to be taken off.
    decoder =
        decoder ? std::make_unique<Chain>(std::move(layer), std::move(decoder)) : std::move(layer);
  }
  if (decoder) decoder = std::make_unique<Bounded>(std::move(decoder));
  return decoder;
}

}  // namespace millrace
