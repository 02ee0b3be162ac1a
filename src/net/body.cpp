#include "net/body.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <utility>

namespace millrace {
namespace {

std::atomic<std::size_t> live_bodies{0};

// How much decoding that comes to next to nothing is done in one turn of the loop.
constexpr std::uint64_t kTurnWork = kStepWork;

// What a string keeps outside of itself.
std::size_t memory_of(const std::string& text) {
  return text.capacity() > std::string().capacity() ? text.capacity() : 0;
}

// Whether what ends a wait within `scope` is a limit whose setter names `step`.
bool tells_of(const Scope& scope, const std::string& step) {
  const auto& stop = scope.stopped();
  if (stop && stop->cause != StopCause::deadline) return false;
  const Deadline& deadline = stop ? stop->deadline : scope.deadline();
  return deadline.exists() && deadline.limit().setter.ends_with(step);
}

void free_memory(std::string& text) { std::string().swap(text); }

}  // namespace

std::size_t Body::live() { return live_bodies.load(std::memory_order_relaxed); }

Ref<Body> Body::open(Scope& request, Scope& session, std::unique_ptr<Transfer> transfer,
                     BodyOptions options, const HttpLimits& limits) {
  Ref<Body> body(new Body(request, std::move(transfer), std::move(options), limits));
  body->scope_->move_to(session);
  session.own(*body);
  body->begin();
  return body;
}

Body::Body(Scope& request, std::unique_ptr<Transfer> transfer, BodyOptions options,
           const HttpLimits& limits)
    : limits_(&limits),
      options_(std::move(options)),
      scope_(std::in_place, request, "body"),
      transfer_(std::move(transfer)),
      decoder_(std::move(options_.decoder)),
      announced_(transfer_->head().content_length()),
      encoded_(decoder_ != nullptr),
      kept_(limits, encoded_ ? -1 : announced_),
      timings_(transfer_->timings()),
      later_(request.shard(), [this] { refill(); }) {
  live_bodies.fetch_add(1, std::memory_order_relaxed);
}

Body::~Body() {
  live_bodies.fetch_sub(1, std::memory_order_relaxed);
  followers_.clear();
  transfer_.reset();
}

void Body::begin() {
  if (scope_->stopped()) {
    on_stop(*scope_->stopped());
    return;
  }
  scope_->add_hook(*this);
  if (options_.idle) {
    transfer_->watch_idle(options_.idle->length, [this] { on_idle(); });
  }
  transfer_->attach(*this);
}

// ---- what arrives

Body::Take Body::on_bytes(std::string_view bytes) noexcept {
  if (poison_) return Take::never;
  if (inbox_at_ < inbox_.size() || pending_ || !has_room()) {
    waiting_ = true;
    return Take::later;
  }
  received_ += bytes.size();
  inbox_.assign(take(bytes));
  inbox_at_ = 0;
  check_size();
  trim();
  go_on();
  tell();
  return poison_ || failure_ ? Take::never : Take::taken;
}

std::string_view Body::take(std::string_view input) {
  if (!decoder_) {
    kept_.append(input);
    return {};
  }
  std::uint64_t work = 0;  // without output
  rests_ = false;
  while (has_room() && (!input.empty() || pending_) && !failure_) {
    const auto space = kept_.room();
    auto step = decoder_->decode(input, space);
    if (!step) {
      fail(step.error());
      return {};
    }
    kept_.commit(step->produced);
    input.remove_prefix(step->consumed);
    pending_ = step->pending || step->produced == space.size();
    if (step->consumed == 0 && step->produced == 0 && !step->pending) break;
    work += step->work - std::min<std::uint64_t>(step->work, 2 * step->produced);
    if (work >= kTurnWork) {
      // The rest, if any, after whatever else is due.
      rests_ = true;
      break;
    }
  }
  return input;
}

void Body::check_size() {
  if (!options_.max_size || kept_.end() <= *options_.max_size) return;
  poison(named(Error(ErrorKind::exhausted,
                     fmt::format("the response body is larger than {} bytes: raise the argument "
                                 "\"maxBodySize\", or ask for less",
                                 *options_.max_size))
                   .in_phase("body")));
}

void Body::on_end(const std::optional<Error>& error) noexcept {
  arrived_all_ = true;
  waiting_ = false;
  timings_ = transfer_->timings();
  if (error && !failure_) fail(*error);
  end_if_done();
  tell();
}

void Body::end_if_done() {
  if (ended_ || !arrived_all_) return;
  const bool decoded = inbox_at_ == inbox_.size() && !pending_;
  if (!decoded && !failure_) return;
  if (decoder_ && !failure_) {
    if (auto finished = decoder_->finish(); !finished) fail(finished.error());
  }
  ended_ = true;
  decoder_.reset();
  free_memory(inbox_);
  inbox_at_ = 0;
  if (poison_ || !scope_) return;
  // Nothing is under way any more that a deadline could end.
  StopHook::unlink();
  scope_->lift_deadline();
}

// ---- reading

Result<std::optional<Piece>> Body::read(Follower& follower) {
  if (poison_) return *poison_;
  if (whole_) {
    const Piece rest{
        {},
        std::string_view(*whole_).substr(std::min<std::size_t>(follower.offset_, whole_->size()))};
    follower.offset_ = whole_->size();
    return std::optional(rest);
  }
  auto piece = kept_.at(follower.offset_);
  if (!piece) return named(piece.error()).in_phase("body");
  if (piece->bytes.empty()) {
    if (!ended_) return std::optional<Piece>();
    if (failure_) return *failure_;
    return std::optional(Piece{});
  }
  follower.offset_ += piece->bytes.size();
  if (follower.offset_ > foremost_) {
    foremost_ = follower.offset_;
    if (ahead() * 2 <= limits_->body_buffer) {
      // Decoding has a turn of its own: a reader that found more at once, again and again, would
      // let nobody else have one.
      if (decoder_ && (inbox_at_ < inbox_.size() || pending_)) {
        later_.arm(scope_->shard().now());
      } else {
        refill();
      }
    }
  }
  trim();
  return std::optional(std::move(*piece));
}

void Body::refill() {
  if (decoder_ && !poison_ && !failure_ && (inbox_at_ < inbox_.size() || pending_)) {
    const std::string_view rest = take(std::string_view(inbox_).substr(inbox_at_));
    inbox_at_ = inbox_.size() - rest.size();
    check_size();
    end_if_done();
    trim();
    go_on();
    tell();
  }
  if (poison_ || (failure_ && !arrived_all_)) {
    give_up();
  } else if (waiting_ && has_room() && inbox_at_ == inbox_.size() && !pending_) {
    waiting_ = false;
    transfer_->resume();
  }
}

void Body::go_on() {
  if (!(gatherings_ > 0 || rests_) || poison_ || failure_ || !has_room()) return;
  if (inbox_at_ < inbox_.size() || pending_) later_.arm(scope_->shard().now());
}

void Body::begin_gathering(Follower& follower) {
  ++gatherings_;
  follower.offset_ = foremost_;
  followers_.push_back(follower);
  refill();
}

void Body::end_gathering() {
  --gatherings_;
  trim();
}

void Body::give_up() {
  drop_transfer();
  if (transfer_ || poison_) return;
  arrived_all_ = true;
  end_if_done();
  tell();
}

void Body::trim() {
  if (whole_ || poison_) return;
  std::uint64_t needed = foremost_;
  for (const Follower& follower : followers_) needed = std::min(needed, follower.offset_);
  kept_.trim(needed, foremost_, wanted_);
  account();
}

void Body::keep(bool wanted) {
  wanted_ = wanted;
  trim();
}

void Body::adopt(std::string whole) {
  if (whole_ || !ended_ || poison_) return;
  whole_ = std::move(whole);
  kept_.clear();
  account();
}

std::optional<Result<std::string_view>> Body::drained() const {
  if (whole_) return Result<std::string_view>(*whole_);
  if (poison_) return Result<std::string_view>(*poison_);
  if (ended_ && failure_) return Result<std::string_view>(*failure_);
  return std::nullopt;
}

// ---- ending

std::string Body::doing(const Scope& reader) const {
  const bool told = options_.opened_by.empty() || tells_of(reader, options_.opened_by);
  const std::string by = told ? "" : " opened by " + options_.opened_by;
  const std::string total = announced_ < 0 ? "" : fmt::format(" of {}", announced_);
  // Only gathering takes in so much ahead of any reader.
  return fmt::format("reading the response body{} ({}{} bytes{})", by, received_, total,
                     !ended_ && is_held_back()
                         ? ", and no more are kept before they are read: setting http.bodyKeep"
                         : "");
}

Error Body::named(const Error& error) const {
  if (options_.opened_by.empty()) return error;
  constexpr std::string_view kBody = "the response body";
  const std::string by = " opened by " + options_.opened_by;
  std::string message = error.message();
  const std::size_t at = message.find(kBody);
  // What came out of another body, on its way up with the request, names that one.
  if (at == std::string::npos || message.find(" opened by ") != std::string::npos) {
    message = fmt::format("{}{}: {}", kBody, by, message);
  } else {
    message.insert(at + kBody.size(), by);
  }
  return error.with_message(std::move(message));
}

void Body::on_stop(const Stop& stop) noexcept {
  if (ended_) return;
  poison(to_error(stop, doing(*scope_)).in_phase("body"));
}

void Body::on_idle() {
  const Limit& limit = *options_.idle;
  scope_->stop(Stop{.cause = StopCause::deadline,
                    .reason = {},
                    .deadline = Deadline::in(transfer_->last_activity(), limit)});
}

void Body::fail(const Error& error) { failure_ = named(error); }

void Body::poison(Error error) {
  if (poison_) return;
  poison_ = std::move(error);
  free_memory(inbox_);
  inbox_at_ = 0;
  pending_ = false;
  kept_.clear();
  drop_transfer();
  account();
  tell();
}

void Body::drop_transfer() {
  if (!transfer_) return;
  if (transfer_->is_calling()) {
    later_.arm(transfer_->multi().shard().now());
    return;
  }
  timings_ = transfer_->timings();
  transfer_.reset();
}

void Body::release() noexcept {
  poison(
      named(Error(ErrorKind::canceled, "the response body was released when its session ended")));
  drop_transfer();
  whole_.reset();
  kept_.clear();
  StopHook::unlink();
  scope_.reset();
}

void Body::move_to(Scope& receiver) {
  if (!scope_) return;
  Owned::unlink();
  receiver.own(*this);
  scope_->move_to(receiver);
}

void Body::tell() {
  for (Follower& follower : followers_) follower.on_change();
}

std::size_t Body::bytes_held() const {
  return kept_.in_memory() + memory_of(inbox_) + (whole_ ? memory_of(*whole_) : 0);
}

void Body::account() {
  const std::size_t now = bytes_held();
  if (scope_) {
    scope_->hold(static_cast<std::ptrdiff_t>(now) - static_cast<std::ptrdiff_t>(accounted_));
  }
  accounted_ = now;
}

}  // namespace millrace
