// What the benchmarks of the store write: records as small sessions have them, on a file in the
// working directory, which should lie on the disk that is to be measured.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "base/ids.h"
#include "store/sqlite/sqlite_store.h"

namespace millrace {

constexpr std::size_t kFrontier = 300;  // bytes, of a small session
constexpr std::size_t kReport = 150;
constexpr char kFile[] = "bench_store.db";

inline void remove_file() {
  for (const char* end : {"", "-wal", "-shm", ".lock"}) {
    std::filesystem::remove(std::string(kFile) + end);
  }
}

inline double size_in_mib(const char* end = "") {
  return static_cast<double>(std::filesystem::file_size(std::string(kFile) + end)) / (1 << 20);
}

inline void expect(const Result<void>& result) {
  if (result) return;
  std::cerr << result.error().to_line() << '\n';
  std::abort();
}

inline SessionRecord started_record(std::uint64_t session, WallTime now) {
  static const auto kDefinition = std::make_shared<const std::string>(2000, 'd');
  SessionRecord record;
  record.session = session;
  record.epoch = 1;
  record.workflow = "orders";
  record.workflow_id = 17;
  record.created = now;
  record.changed = now;
  record.plan = std::string(64, 'h');
  record.definition = kDefinition;
  record.payload.assign(kFrontier, 'f');
  return record;
}

inline SessionRecord ended_record(std::uint64_t session, WallTime now) {
  SessionRecord record = started_record(session, now);
  record.kind = RecordKind::ended;
  record.status = SessionStatus::completed;
  record.purge_at = now + std::chrono::hours(24);
  record.payload.assign(kReport, 'r');
  return record;
}

// Sessions that append their start, when that is durable their end, and when that is durable have
// ended.
class Load {
 public:
  Load(Shard& shard, Journal& journal, std::size_t sessions)
      : shard_(shard), journal_(journal), left_(sessions) {
    times_.reserve(2 * sessions);
  }
  // So many at once: where one has ended the next one begins.
  void keep_under_way(std::size_t sessions) {
    begins_next_ = true;
    for (std::size_t i = 0; i < sessions && left_ > 0; ++i) begin();
  }
  void begin() {
    --left_;
    ++under_way_;
    const WallTime now = shard_.clock().wall();
    const std::uint64_t session = new_id(now, random_);
    write(started_record(session, now), [this, session] {
      write(ended_record(session, shard_.clock().wall()), [this] { end(); });
    });
  }
  std::size_t refused() const { return refused_; }
  std::size_t left() const { return left_; }
  Event& done() { return done_; }
  // Of the time from an append to its acknowledgement, in milliseconds.
  double percentile(double of_hundred) {
    std::sort(times_.begin(), times_.end());
    const auto at = static_cast<std::size_t>(static_cast<double>(times_.size()) * of_hundred / 100);
    return static_cast<double>(times_[std::min(at, times_.size() - 1)].count()) / 1e6;
  }

 private:
  void end() {
    --under_way_;
    if (begins_next_ && left_ > 0) begin();
    if (left_ == 0 && under_way_ == 0) done_.set();
  }
  template <class Then>
  void write(SessionRecord record, Then then) {
    const TimePoint began = shard_.now();
    journal_.append(std::move(record), [this, began, then](const Result<void>& result) {
      if (result) {
        times_.push_back(shard_.now() - began);
        return then();
      }
      // The queue is full: this session is not begun, or not ended.
      if (result.error().kind() != ErrorKind::exhausted) expect(result);
      ++refused_;
      end();
    });
  }

  Shard& shard_;
  Journal& journal_;
  std::size_t left_;
  std::size_t under_way_ = 0;
  std::size_t refused_ = 0;
  bool begins_next_ = false;
  Random random_{1};
  std::vector<Nanos> times_;
  Event done_;
};

}  // namespace millrace
