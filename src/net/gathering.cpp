#include "net/gathering.h"

#include <memory>
#include <utility>
#include <vector>

#include "net/body.h"

namespace millrace {
namespace {

// One body that takes in all, for as long as this lives.
class Gathering final : private Body::Follower {
 public:
  explicit Gathering(Ref<Body> body) : body_(std::move(body)) { body_->begin_gathering(*this); }
  Gathering(const Gathering&) = delete;
  Gathering& operator=(const Gathering&) = delete;
  ~Gathering() {
    unlink();
    body_->end_gathering();
  }

  Task<Result<void>> settled(Scope& step) {
    const auto describe = [this, &step] { return body_->doing(step); };
    while (!body_->is_settled()) {
      changed_.reset();
      auto waited = co_await step.wait(changed_, describe);
      if (!waited) co_return waited.error().in_phase("body");
    }
    co_return Result<void>();
  }

 private:
  void on_change() noexcept override { changed_.set(); }

  Ref<Body> body_;
  Event changed_;
};

std::vector<Ref<Body>> unsettled(Scope& session) {
  std::vector<Ref<Body>> bodies;
  session.for_each_owned([&bodies](Owned& owned) {
    auto* body = dynamic_cast<Body*>(&owned);
    if (body != nullptr && !body->is_settled()) bodies.emplace_back(body);
  });
  return bodies;
}

}  // namespace

bool bodies_have_settled(Scope& session) { return unsettled(session).empty(); }

Task<Result<void>> gather_bodies(Scope& step, Scope& session) {
  std::vector<Ref<Body>> bodies = unsettled(session);
  std::vector<std::unique_ptr<Gathering>> gatherings;
  gatherings.reserve(bodies.size());
  for (Ref<Body>& body : bodies) {
    gatherings.push_back(std::make_unique<Gathering>(std::move(body)));
  }
  for (const auto& gathering : gatherings) {
    auto settled = co_await gathering->settled(step);
    if (!settled) co_return settled.error();
  }
  co_return Result<void>();
}

}  // namespace millrace
