// The body of an HTTP response as a stream. It owns what the request left open: the transfer, its
// connection, the bytes that arrived, and a scope of its own, whose deadline was frozen when the
// body was opened and which lives in the session. The step that sent the request owns none of it.
//
// - At most HttpLimits::body_buffer decoded bytes lie ahead of the foremost reader; beyond that the
//   socket is not read (back-pressure). A body that fits is fetched at once.
// - When its scope is stopped before all has arrived, the transfer is aborted and the body
//   poisoned: the error comes at the next read. Nobody reading: nothing fails.
// - Once all has arrived nothing is under way any more, and the deadline ends.
// - What was read is kept for reading again, unless keep(false).
#pragma once

#include <boost/intrusive/list.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/decode/decoder.h"
#include "net/kept_bytes.h"
#include "net/transfer.h"
#include "scope/scope.h"
#include "value/reader.h"

namespace millrace {

struct BodyOptions {
  std::string opened_by;                                 // "step 7"
  std::optional<std::uint64_t> max_size = std::nullopt;  // decoded
  std::unique_ptr<Decoder> decoder = nullptr;            // null: as it comes
  std::optional<Limit> idle = std::nullopt;
};

class Body final : public Reader,
                   public Owned,
                   public Recycled,
                   private StopHook,
                   private Transfer::Sink {
 public:
  // Somebody who reads along. Linked while it lives.
  class Follower : public AutoUnlinkHook {
   public:
    std::uint64_t offset() const { return offset_; }

   protected:
    ~Follower() = default;
    // Something can be read, or the body has ended, well or badly. Must only note it, wake or post.
    virtual void on_change() noexcept = 0;

   private:
    friend class Body;
    std::uint64_t offset_ = 0;
  };

  // Takes over `transfer`, whose head is complete. The body's scope is made below `request`, takes
  // its deadline, and moves to `session`, which owns the body from then on.
  static Ref<Body> open(Scope& request, Scope& session, std::unique_ptr<Transfer> transfer,
                        BodyOptions options, const HttpLimits& limits);
  ~Body() override;

  // ---- as a value
  std::optional<Result<std::string_view>> drained() const override;
  std::size_t bytes_held() const override;

  // ---- owning
  // Whoever receives this body in a result owns it from now on; the deadline moves along.
  void move_to(Scope& receiver);
  // Aborts what is under way, frees everything; a later read is an error.
  void release() noexcept override;
  // Until when it has to have arrived; none once it has.
  Deadline deadline() const { return scope_ ? scope_->deadline() : Deadline(); }
  // false: nobody will read again what has been read once.
  void keep(bool wanted);

  // ---- reading, for Cursor
  // The next bytes for `follower`, which are thereby read; empty at the end; nothing while they are
  // still to come. They stay valid as long as `piece` is held.
  Result<std::optional<Piece>> read(Follower& follower);
  void follow(Follower& follower) { followers_.push_back(follower); }
  // After a follower has gone: what only it needed is no longer held.
  void settle() { trim(); }

  // ---- reading ahead, for gather_bodies
  // Until end_gathering() all is taken in, read or not, up to HttpLimits::body_keep; `follower` is
  // told of it. May be begun more than once.
  void begin_gathering(Follower& follower);
  void end_gathering();
  // Whether nothing more comes in while nobody reads.
  bool is_settled() const { return ended_ || poison_ || is_held_back(); }

  // ---- reading again
  bool can_read_from_start() const { return whole_ || kept_.begin() == 0; }
  // The whole content, put together by whoever drained it.
  void adopt(std::string whole);

  // ---- facts
  static std::size_t live();                 // in the whole process
  bool has_ended() const { return ended_; }  // all has arrived and is decoded
  std::uint64_t arrived() const { return received_; }
  std::int64_t announced() const { return announced_; }  // bytes on the wire, -1 unknown
  bool is_encoded() const { return encoded_; }
  std::optional<std::uint64_t> max_size() const { return options_.max_size; }
  // "reading the response body opened by step 7 (4 of 9 bytes)", for a wait within `reader`;
  // without the step where the error that ends this wait names it anyway.
  std::string doing(const Scope& reader) const;
  // `error` with the step that opened this body in its text.
  Error named(const Error& error) const;
  Timings timings() const { return timings_; }

 private:
  Body(Scope& request, std::unique_ptr<Transfer> transfer, BodyOptions options,
       const HttpLimits& limits);
  void begin();

  Take on_bytes(std::string_view bytes) noexcept override;
  void on_end(const std::optional<Error>& error) noexcept override;
  void on_stop(const Stop& stop) noexcept override;
  void on_idle();

  std::uint64_t ahead() const { return kept_.end() - foremost_; }
  bool has_room() const {
    return ahead() < limits_->body_buffer || (gatherings_ > 0 && !is_full());
  }
  bool is_held_back() const { return ahead() >= limits_->body_buffer && is_full(); }
  // Holds as much as it may on disk; or cannot write there, and as much as it may in memory.
  bool is_full() const {
    return kept_.end() - kept_.begin() >= limits_->body_keep ||
           kept_.in_memory() > limits_->body_keep_memory + limits_->body_buffer;
  }
  // Decodes as much of `input` as there is room for; returns the rest.
  std::string_view take(std::string_view input);
  void refill();  // makes use of room that reading has made
  void go_on();   // where nobody's reading will see to that
  void end_if_done();
  void give_up();  // aborts the transfer after a failure of ours
  void check_size();
  void fail(const Error& error);
  void poison(Error error);
  void drop_transfer();  // at once, or as soon as curl has returned
  void trim();
  void tell();  // the followers
  void account();

  const HttpLimits* limits_;
  BodyOptions options_;
  std::optional<Scope> scope_;  // none once released
  std::unique_ptr<Transfer> transfer_;
  std::unique_ptr<Decoder> decoder_;
  std::string inbox_;  // arrived, not decoded yet
  std::size_t inbox_at_ = 0;
  bool pending_ = false;  // the decoder holds something back: for want of room, or to go on later
  bool rests_ = false;    // enough has been decoded for this turn of the loop
  bool waiting_ = false;  // the transfer was told to wait
  int gatherings_ = 0;
  bool wanted_ = true;          // kept for reading again
  std::uint64_t received_ = 0;  // on the wire
  std::int64_t announced_ = -1;
  bool encoded_;
  KeptBytes kept_;
  std::uint64_t foremost_ = 0;  // how far anybody has read
  bool arrived_all_ = false;
  bool ended_ = false;
  std::optional<Error> failure_;  // comes after the bytes before it
  std::optional<Error> poison_;   // comes at the next read
  std::optional<std::string> whole_;
  std::size_t accounted_ = 0;
  Timings timings_;
  Timer later_;
  boost::intrusive::list<Follower, boost::intrusive::base_hook<AutoUnlinkHook>,
                         boost::intrusive::constant_time_size<false>>
      followers_;
};

}  // namespace millrace
