// A journal whose process goes at a record: at one that was asked for, written or just not, nothing
// that comes after it is written, and nobody is told any more that something was.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "store/forwarding_journal.h"

namespace millrace::simulation {

class CrashingJournal final : public ForwardingJournal {
 public:
  // At the record that comes after `records` others; `is_kept`: it is written, and nobody is told.
  // `gone` is called once. Both outlive it.
  CrashingJournal(Shard& shard, Journal& journal, std::uint64_t records, bool is_kept,
                  std::function<void()> gone)
      : ForwardingJournal(journal),
        shard_(shard),
        left_(records),
        is_kept_(is_kept),
        gone_(std::move(gone)) {}

  bool is_gone() const { return is_gone_; }

  void append(SessionRecord record, Done done) override {
    if (is_gone_) return fail(std::move(done));
    if (left_-- > 0) return journal_.append(std::move(record), told(std::move(done)));
    is_gone_ = true;
    if (is_kept_) journal_.append(std::move(record), [](const Result<void>&) {});
    fail(std::move(done));
    gone_();
  }
  void put_chunk(ChunkPlace place, std::string bytes, Done done) override {
    if (is_gone_) return fail(std::move(done));
    journal_.put_chunk(place, std::move(bytes), told(std::move(done)));
  }
  void drop_body(std::uint64_t session, std::uint64_t body, Done done) override {
    if (is_gone_) return fail(std::move(done));
    journal_.drop_body(session, body, told(std::move(done)));
  }
  void count_attempts(std::vector<std::uint64_t> sessions, Done done) override {
    if (is_gone_) return fail(std::move(done));
    journal_.count_attempts(std::move(sessions), told(std::move(done)));
  }
  void clear_attempts(std::vector<std::uint64_t> sessions, Done done) override {
    if (is_gone_) return fail(std::move(done));
    journal_.clear_attempts(std::move(sessions), told(std::move(done)));
  }

 private:
  Done told(Done done) {
    return [this, done = std::move(done)](Result<void> result) {
      done(is_gone_ ? gone_error() : std::move(result));
    };
  }
  static Error gone_error() { return {ErrorKind::unavailable, "the process is gone"}; }
  void fail(Done done) {
    shard_.post([done = std::move(done)] { done(gone_error()); });
  }

  Shard& shard_;
  std::uint64_t left_;
  bool is_kept_;
  std::function<void()> gone_;
  bool is_gone_ = false;
};

}  // namespace millrace::simulation
