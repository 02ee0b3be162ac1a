#include "scope/scope.h"

#include <fmt/format.h>

#include <atomic>
#include <boost/asio/post.hpp>
#include <cstdlib>
#include <exception>
#include <iostream>

namespace millrace {
namespace {

std::atomic<std::size_t> live_scopes_of_the_process{0};

[[noreturn]] void die(const std::string& path, std::string_view what) {
  std::cerr << fmt::format("bug: scope \"{}\" ended {}\n", path, what);
  std::abort();
}

Error bug(const std::string& task, std::string_view what) {
  return {ErrorKind::bug,
          fmt::format("Millrace is at fault: \"{}\" threw \"{}\"; please report this", task, what)};
}

// For co_await: goes on behind all that is ready.
class BehindOthers {
 public:
  explicit BehindOthers(asio::io_context& loop) : loop_(loop) {}
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiting) {
    asio::post(loop_, [waiting] { waiting.resume(); });
  }
  void await_resume() const noexcept {}

 private:
  asio::io_context& loop_;
};

}  // namespace

Scope::Scope(Shard& shard, std::string name)
    : shard_(&shard), name_(std::move(name)), alarm_(shard, [] {}) {
  enter();
}

Scope::Scope(Scope& parent, std::string name, ScopeOptions options)
    : shard_(parent.shard_),
      parent_(&parent),
      name_(std::move(name)),
      deadline_(std::move(options.deadline)),
      shielded_(options.shielded),
      fail_fast_(options.fail_fast),
      alarm_(*parent.shard_, [this] {
        stop(Stop{.cause = StopCause::deadline, .reason = {}, .deadline = deadline_});
      }) {
  enter();
  if (options.limit) deadline_ = Deadline::earlier(deadline_, Deadline::in(born_, *options.limit));
  if (!shielded_) deadline_ = Deadline::earlier(parent.deadline_, deadline_);
  parent.children_.push_back(*this);
  if (!shielded_ && parent.stop_) {
    stop_ = parent.stop_;
    stop_->inherited = true;
  }
  watch_deadline();
}

Scope::~Scope() {
  release_owned();
  if (tasks_ != 0) die(path(), "while tasks of it run");
  if (!children_.empty()) die(path(), "before \"" + children_.front().name_ + "\" inside it");
  --shard_->live_scopes_;
  live_scopes_of_the_process.fetch_sub(1, std::memory_order_relaxed);
}

void Scope::enter() {
  born_ = shard_->now();
  idle_.set();
  ++shard_->live_scopes_;
  live_scopes_of_the_process.fetch_add(1, std::memory_order_relaxed);
}

void Scope::watch_deadline() {
  alarm_.disarm();
  if (stop_ || !deadline_.exists()) return;
  // Where the parent's deadline is the same, the parent's alarm stops this scope too, and first.
  const bool own = parent_ == nullptr || shielded_ || deadline_.at() < parent_->deadline_.at();
  if (own) alarm_.arm(deadline_.at());
}

std::string Scope::path() const {
  return parent_ == nullptr ? name_ : parent_->path() + " > " + name_;
}

void Scope::stop(Stop why) {
  if (stop_) return;
  if (why.origin.empty()) why.origin = name_;
  if (!why.inherited) why.at = shard_->now();
  stop_ = std::move(why);
  alarm_.disarm();
  for (Scope& child : children_) {
    if (child.shielded_) continue;
    Stop inherited = *stop_;
    inherited.inherited = true;
    child.stop(std::move(inherited));
  }
  while (!hooks_.empty()) {
    StopHook& hook = hooks_.front();
    hooks_.pop_front();
    hook.on_stop(*stop_);
  }
  while (!waiters_.empty()) waiters_.front().wake();
}

Result<void> Scope::check(Doing doing) {
  if (!stop_ && deadline_.exists() && shard_->now() >= deadline_.at()) {
    stop(Stop{.cause = StopCause::deadline, .reason = {}, .deadline = deadline_});
  }
  if (stop_) return to_error(*stop_, doing.describe());
  return {};
}

Task<Result<void>> Scope::wait(Event& event, Doing doing) {
  auto before = check(doing);
  if (!before || event.is_set()) co_return before;
  Waiter waiter(*shard_, doing);
  event.waiters_.push_back(waiter);
  waiters_.push_back(waiter);
  co_await waiter;
  co_return check(doing);
}

Task<Result<void>> Scope::sleep_until(TimePoint at, Doing doing) {
  Event due;
  Timer timer(*shard_, [&due] { due.set(); });
  timer.arm(at);
  co_return co_await wait(due, doing);
}

Task<Result<void>> Scope::sleep_for(Nanos length, Doing doing) {
  co_return co_await sleep_until(shard_->now() + length, doing);
}

Task<Result<void>> Scope::yield() {
  auto before = check();
  if (!before) co_return before;
  co_await BehindOthers(shard_->io());
  co_return check();
}

void Scope::start(std::string name, Body body, ScopeOptions options) {
  ++tasks_;
  idle_.reset();
  run_on(shard_->io(), run_task(std::move(name), std::move(body), std::move(options)));
}

Task<void> Scope::run_task(std::string name, Body body, ScopeOptions options) {
  Result<void> result;
  {
    Scope child(*this, std::move(name), std::move(options));
    try {
      result = co_await body(child);
    } catch (const std::exception& thrown) {
      result = bug(child.name(), thrown.what());
    } catch (...) {
      result = bug(child.name(), "something that is no std::exception");
    }
    auto closed = co_await child.close();
    if (result && !closed) result = closed.error();
  }
  // What the body captured goes before its end is told: whoever joins may rely on it.
  body = nullptr;
  task_ended(result);
}

void Scope::task_ended(const Result<void>& result) {
  --tasks_;
  if (!result) {
    const bool stopped_by_us =
        stop_ && (stop_->cause == StopCause::finished || stop_->cause == StopCause::lost);
    const bool expected = stopped_by_us && result.error().kind() == ErrorKind::canceled;
    if (!first_failure_ && !expected) first_failure_ = result.error();
    if (fail_fast_ && !stop_) {
      stop(Stop{.cause = StopCause::error, .reason = {}, .error = result.error()});
    }
  }
  if (tasks_ == 0) idle_.set();
}

Task<void> Scope::wait_for_end(Event& event, Doing doing) {
  while (!event.is_set()) {
    Waiter waiter(*shard_, doing);
    event.waiters_.push_back(waiter);
    co_await waiter;
  }
}

Task<Result<void>> Scope::join() {
  co_await wait_for_end(idle_, "the end of its tasks");
  if (first_failure_) co_return *first_failure_;
  co_return Result<void>();
}

Task<Result<void>> Scope::close(StopCause cause, std::string reason) {
  if (!stop_) stop(Stop{cause, std::move(reason)});
  if (!idle_.is_set()) co_await wait_for_end(idle_, "the end of its tasks");
  release_owned();
  if (first_failure_) co_return *first_failure_;
  co_return Result<void>();
}

bool Scope::close_at_once(StopCause cause, std::string reason) {
  if (tasks_ != 0) return false;
  if (!stop_) stop(Stop{cause, std::move(reason)});
  release_owned();
  return true;
}

void Scope::release_owned() {
  while (!owned_.empty()) {
    Owned& last = owned_.back();
    owned_.pop_back();
    last.release();
  }
}

void Scope::move_to(Scope& parent) {
  sibling_.unlink();
  parent_ = &parent;
  deadline_ = Deadline::earlier(deadline_, parent.deadline_);
  parent.children_.push_back(*this);
  watch_deadline();
  if (!parent.stop_ || shielded_) return;
  Stop inherited = *parent.stop_;
  inherited.inherited = true;
  stop(std::move(inherited));
}

void Scope::lift_deadline() {
  deadline_ = parent_ == nullptr ? Deadline() : parent_->deadline_;
  watch_deadline();
}

ScopeInfo Scope::info() const {
  ScopeInfo info{.name = name_,
                 .path = path(),
                 .age = shard_->now() - born_,
                 .remaining = std::nullopt,
                 .deadline_setter = {},
                 .tasks = tasks_,
                 .bytes_held = bytes_held_,
                 .waiting_for = {},
                 .stopping = stop_.has_value()};
  if (deadline_.exists()) {
    info.remaining = deadline_.at() - shard_->now();
    info.deadline_setter = deadline_.limit().setter;
  }
  for (const Waiter& waiter : waiters_) info.waiting_for.push_back(waiter.doing().describe());
  return info;
}

void Scope::collect(std::vector<ScopeInfo>& into) const {
  into.push_back(info());
  for (const Scope& child : children_) child.collect(into);
}

std::size_t Scope::live() { return live_scopes_of_the_process.load(std::memory_order_relaxed); }

}  // namespace millrace
