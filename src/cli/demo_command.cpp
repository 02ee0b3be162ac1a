#include "cli/demo_command.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <filesystem>
#include <ostream>
#include <string>

#include "base/duration.h"
#include "cli/demo_answers.h"
#include "cli/demo_upstream.h"
#include "cli/demo_workflow.h"
#include "cli/exit_status.h"
#include "cli/session_run.h"
#include "cli/terminal.h"
#include "function/registry.h"
#include "net/body.h"
#include "scope/signals.h"
#include "workflow/read.h"

namespace millrace {
namespace {

constexpr std::size_t kBytes = 1024 * 1024;
std::string sha256(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr);
  std::string hex;
  for (unsigned i = 0; i < length; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

std::string rounded(Nanos length) {
  return format_duration(std::chrono::round<std::chrono::milliseconds>(length));
}

// Sockets that this process has open, by what the system says.
std::size_t open_sockets() {
  std::size_t count = 0;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", failed)) {
    const auto target = std::filesystem::read_symlink(entry.path(), failed);
    if (!failed && target.string().starts_with("socket:")) ++count;
  }
  return count;
}

class Demo {
 public:
  Demo(const DemoUpstream& upstream, Ref<const Plan> plan, SignalHold& signals, std::ostream& out)
      : upstream_(upstream),
        plan_(std::move(plan)),
        signals_(signals),
        out_(out),
        colour_(wants_colour(1)) {}

  // (a) A long limit: later steps read every byte, and begin while the upstream is still sending.
  bool read_everything() {
    title("a", "timeout of 1h: later steps read the body while it arrives");
    std::uint64_t sent_at_first_line = 0;
    std::string text;
    SessionRun run = prepared("1h");
    run.follower.begun = [&](const Plan& plan, const Frame& frame) {
      if (plan.step(frame.step).id == "3" && sent_at_first_line == 0) {
        sent_at_first_line = upstream_.bytes_sent() - sent_before_;
      }
    };
    run.on_finishing = [&](const SessionReport& report) {
      if (const Value* value = report.vars.find("text")) text = std::string(value->as_text());
    };
    const RunReport report = go(std::move(run));
    if (interrupted()) return false;
    const bool right = text == demo_text(kBytes);
    line(fmt::format("first line read when {} of {} bytes had been sent", sent_at_first_line,
                     kBytes));
    line(fmt::format("{} bytes in {}, sha256 {}", text.size(), rounded(report.session.elapsed),
                     sha256(text).substr(0, 16)));
    return verdict(right && sent_at_first_line < kBytes && report.scopes == 0,
                   right ? "every byte is there" : "bytes are missing");
  }

  // (b) A short limit: the step that reads when it passes gets an error that says so.
  bool reach_the_deadline() {
    title("b", "timeout of 1s: the limit holds while a later step reads");
    const RunReport report = go(prepared("1s"));
    if (interrupted()) return false;
    const auto& failure = report.session.failure;
    const bool right = failure && failure->error.kind() == ErrorKind::deadline;
    if (failure) line(failure_line(*failure, *plan_));
    return verdict(right && report.scopes == 0,
                   fmt::format("failed after {}", rounded(report.session.elapsed)));
  }

  // (c) A user cancels half way: the request is aborted and everything is closed.
  bool cancel_half_way() {
    title("c", "timeout of 1h, cancelled by the user half way");
    SessionRun run = prepared("1h");
    run.on_begin = [](Scope& holder) {
      holder.start("the user", [&holder](Scope& scope) -> Task<Result<void>> {
        auto waited = co_await scope.sleep_for(std::chrono::milliseconds(1500), "reading along");
        if (waited) holder.cancel(StopCause::user, "the user has seen enough");
        co_return Result<void>();
      });
    };
    const RunReport report = go(std::move(run));
    if (interrupted()) return false;
    if (report.session.failure) line(report.session.failure->error.to_line());
    return verdict(report.session.status == Status::canceled && report.scopes == 0,
                   fmt::format("cancelled and closed after {}", rounded(report.session.elapsed)));
  }

  int signal() const { return signal_; }
  bool interrupted() const { return signal_ != 0; }

 private:
  SessionRun prepared(std::string_view timeout) {
    SessionRun run;
    run.plan = plan_;
    run.scope.set("upstream", Value::text(upstream_.url()).with_type(Type::String));
    run.scope.set("timeout", Value::text(timeout).with_type(Type::String));
    return run;
  }

  // Signals come through while the run watches them, and wait from one part to the next.
  RunReport go(SessionRun run) {
    sent_before_ = upstream_.bytes_sent();
    run.on_begin = [this, then = std::move(run.on_begin)](Scope& holder) {
      signals_.let_through();
      if (then) then(holder);
    };
    run.on_finishing = [this, then = std::move(run.on_finishing)](const SessionReport& report) {
      signals_.hold();
      if (then) then(report);
    };
    RunOutcome outcome = run_in_process(shard_, run);
    signal_ = outcome.signal;
    return outcome.report;
  }

  void title(std::string_view letter, std::string_view text) {
    out_ << coloured(fmt::format("({}) {}", letter, text), Colour::bold, colour_) << '\n';
    out_.flush();
  }
  void line(std::string_view text) { out_ << "    " << text << '\n'; }
  bool verdict(bool right, std::string_view text) {
    out_ << "    " << coloured(right ? "ok" : "WRONG", right ? Colour::green : Colour::red, colour_)
         << ": " << text << "\n\n";
    out_.flush();
    return right;
  }

  const DemoUpstream& upstream_;
  Ref<const Plan> plan_;
  SignalHold& signals_;
  std::ostream& out_;
  bool colour_;
  Shard shard_;
  std::uint64_t sent_before_ = 0;
  int signal_ = 0;
};

Result<Ref<const Plan>> demo_plan() {
  auto document = read_document(kDemoWorkflow, "examples/demo.yaml", Format::yaml);
  if (!document) return document.error();
  auto plan = compile_plan(document->workflows.front(), standard_registry());
  if (!plan) return plan.error();
  return Ref<const Plan>(*plan);
}

int serve_upstream(DemoUpstream& upstream, SignalHold& held, std::ostream& out) {
  out << "serving the examples' upstream at " << upstream.url() << " until interrupted"
      << std::endl;
  int signal = 0;
  Shard shard;
  shard.run([&](Scope& scope) -> Task<void> {
    Event told;
    const SignalWatch signals(scope.shard(), [&](int number) {
      signal = number;
      told.set();
    });
    held.let_through();
    co_await scope.wait(told, "an interrupt");
  });
  upstream.stop();
  return kExitSignal + signal;
}

}  // namespace

int demo_command(const DemoOptions& options, std::ostream& out, std::ostream& err) {
  SignalHold signals;  // before the upstream has threads
  const std::size_t sockets_before = open_sockets();
  auto upstream = DemoUpstream::start(options.port);
  if (!upstream) {
    err << "millrace: " << upstream.error().to_line() << '\n';
    return kExitUsage;
  }
  if (options.upstream_only) return serve_upstream(**upstream, signals, out);
  auto plan = demo_plan();
  if (!plan) {
    err << "millrace: " << plan.error().to_line() << '\n';
    return kExitFailed;
  }
  out << "A small upstream on this machine drips 1 MiB over 3 s. One step sends the request; "
         "later\n"
         "steps read its body. What happens to the limit on the request?\n\n";
  bool right = true;
  int signal = 0;
  {
    Demo demo(**upstream, *plan, signals, out);
    right = demo.read_everything();
    if (!demo.interrupted()) right = demo.reach_the_deadline() && right;
    if (!demo.interrupted()) right = demo.cancel_half_way() && right;
    signal = demo.signal();
  }
  (*upstream)->stop();
  const std::size_t sockets = open_sockets() - sockets_before;
  out << fmt::format("live scopes: {}, bodies: {}, sockets: {}\n", Scope::live(), Body::live(),
                     sockets);
  if (signal != 0) return kExitSignal + signal;
  return right && Scope::live() == 0 && Body::live() == 0 && sockets == 0 ? kExitDone : kExitFailed;
}

}  // namespace millrace
