#include "net/kept_bytes.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace millrace {
namespace {

constexpr std::size_t kSmallestChunk = 4 * 1024;
constexpr std::size_t kLargestChunk = 64 * 1024;

int open_nameless(const std::string& folder) {
  const int file = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file >= 0) return file;
  // Not every file system knows O_TMPFILE.
  std::string name = folder + "/millrace-body-XXXXXX";
  const int named = ::mkostemp(name.data(), O_CLOEXEC);
  if (named >= 0) ::unlink(name.c_str());
  return named;
}

}  // namespace

std::span<char> KeptBytes::room(std::uint64_t expected) {
  if (!chunks_.empty() && !chunks_.back()->room().empty()) return chunks_.back()->room();
  const std::size_t before = chunks_.empty() ? 0 : chunks_.back()->capacity();
  const auto wanted = std::max<std::uint64_t>(expected, before * 2);
  const bool is_short = announced_ > 0 && static_cast<std::uint64_t>(announced_) < kSmallestChunk;
  const auto least = is_short && chunks_.empty() ? static_cast<std::uint64_t>(announced_)
                                                 : std::uint64_t{kSmallestChunk};
  const auto capacity = std::clamp<std::uint64_t>(wanted, least, kLargestChunk);
  chunks_.push_back(make_ref<Chunk>(static_cast<std::size_t>(capacity)));
  in_memory_ += chunks_.back()->capacity();
  return chunks_.back()->room();
}

void KeptBytes::commit(std::size_t added) {
  chunks_.back()->grow(added);
  end_ += added;
}

void KeptBytes::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto space = room(bytes.size());
    const std::size_t size = std::min(space.size(), bytes.size());
    std::memcpy(space.data(), bytes.data(), size);
    commit(size);
    bytes.remove_prefix(size);
  }
}

Result<Piece> KeptBytes::at(std::uint64_t offset) const {
  if (offset < begin_) {
    return Error(ErrorKind::exhausted,
                 lost_because_.empty()
                     ? "the response body was read once and was not kept for a second reading"
                     : lost_because_);
  }
  if (offset >= memory_begin_) {
    std::uint64_t at = memory_begin_;
    for (const Ref<Chunk>& chunk : chunks_) {
      if (offset < at + chunk->size()) {
        return Piece{chunk, chunk->content().substr(static_cast<std::size_t>(offset - at))};
      }
      at += chunk->size();
    }
    return Piece{};
  }
  const auto size = std::min<std::uint64_t>(memory_begin_ - offset, kLargestChunk);
  auto chunk = make_ref<Chunk>(static_cast<std::size_t>(size));
  const ssize_t got = ::pread(file_, chunk->room().data(), static_cast<std::size_t>(size),
                              static_cast<off_t>(offset));
  if (got <= 0) {
    return Error(ErrorKind::unavailable,
                 fmt::format("the kept part of the response body cannot be read back ({})",
                             got == 0 ? "its file is cut short" : std::strerror(errno)));
  }
  chunk->grow(static_cast<std::size_t>(got));
  return Piece{chunk, chunk->content()};
}

void KeptBytes::trim(std::uint64_t needed, std::uint64_t foremost, bool keep) {
  keeps_ = keeps_ && keep;
  if (!keeps_) drop_before(needed);
  // The newest chunk is still being filled.
  while (in_memory_ > limits_->body_keep_memory && chunks_.size() > 1) {
    if (spill_oldest()) continue;
    keeps_ = false;
    drop_before(foremost);
    break;
  }
}

void KeptBytes::drop_before(std::uint64_t offset) {
  begin_ = std::max(begin_, std::min(offset, end_));
  if (begin_ >= memory_begin_) close_file();
  while (!chunks_.empty() && memory_begin_ + chunks_.front()->size() <= begin_ &&
         chunks_.front()->room().empty()) {
    memory_begin_ += chunks_.front()->size();
    in_memory_ -= chunks_.front()->capacity();
    chunks_.erase(chunks_.begin());
  }
}

bool KeptBytes::spill_oldest() {
  const Chunk& oldest = *chunks_.front();
  if (memory_begin_ + oldest.size() - begin_ > limits_->body_keep) {
    lost_because_ = fmt::format(
        "the response body cannot be read a second time: more than {} bytes of it were read, and "
        "no more are kept (setting http.bodyKeep)",
        limits_->body_keep);
    return false;
  }
  if (!write_to_file(oldest.content())) return false;
  memory_begin_ += oldest.size();
  in_memory_ -= oldest.capacity();
  chunks_.erase(chunks_.begin());
  return true;
}

bool KeptBytes::write_to_file(std::string_view bytes) {
  if (file_ < 0) file_ = open_nameless(limits_->keep_folder);
  std::uint64_t at = memory_begin_;
  while (file_ >= 0 && !bytes.empty()) {
    const ssize_t written = ::pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) break;
    at += static_cast<std::uint64_t>(written);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  if (file_ >= 0 && bytes.empty()) return true;
  lost_because_ = fmt::format(
      "the response body cannot be read a second time: what was read could not be kept in {} ({})",
      limits_->keep_folder, std::strerror(errno));
  return false;
}

void KeptBytes::close_file() {
  if (file_ >= 0) ::close(file_);
  file_ = -1;
}

void KeptBytes::clear() {
  close_file();
  chunks_.clear();
  in_memory_ = 0;
  begin_ = memory_begin_ = end_;
}

}  // namespace millrace
