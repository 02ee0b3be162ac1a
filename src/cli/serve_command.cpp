#include "cli/serve_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <ostream>
#include <utility>

#include "api/automation_api.h"
#include "api/server_api.h"
#include "cli/exit_status.h"
#include "cli/issue_text.h"
#include "cli/read_settings.h"
#include "cli/terminal.h"
#include "function/registry.h"
#include "net/server/http_server.h"
#include "scope/signals.h"
#include "service/automation.h"
#include "store/sqlite/sqlite_store.h"
#include "workflow/load.h"

namespace millrace {
namespace {

// Sessions that were found in the store, for whoever starts the server.
std::string summary_line(const Recovery::Summary& summary) {
  return fmt::format(
      "sessions of before: {} go on, {} wait for their time or an answer, {} put aside",
      summary.resumed, summary.asleep, summary.quarantined.size() + summary.damaged.size());
}

bool is_found(const Recovery::Summary& summary) {
  return summary.resumed + summary.asleep + summary.quarantined.size() + summary.damaged.size() > 0;
}

AutomationOptions automation_options(const RunSettings& settings) {
  AutomationOptions options;
  options.purge_every = settings.purge_every;
  options.functions = function_options(settings);
  SessionServiceOptions& sessions = options.sessions;
  sessions.machine.fuel = settings.step;
  sessions.machine.limits = settings.session;
  sessions.trace = settings.trace;
  if (settings.session_timeout > Nanos{0}) {
    sessions.limit = Limit{settings.session_timeout, "setting session.timeout"};
  }
  if (settings.session_kept > Nanos{0}) sessions.kept = settings.session_kept;
  return options;
}

class Serving {
 public:
  Serving(Shard& shard, Store& store, WorkflowCatalog& catalog, const RunSettings& settings,
          const ServeOptions& options, std::ostream& out, std::ostream& err)
      : shard_(shard),
        store_(store),
        catalog_(catalog),
        settings_(settings),
        options_(options),
        out_(out),
        err_(err) {}

  Task<void> operator()(Scope& main) {
    const SignalWatch signals(shard_, [this](int number) { interrupted(number); });
    Scope home(main, "server", ScopeOptions{.fail_fast = false});
    auto served = co_await serve(home);
    if (!served) {
      tell(served.error().to_line());
      status_ = kExitUsage;
    }
    co_await home.close(StopCause::shutdown, "the server stops");
  }

  int status() const { return status_; }

 private:
  Task<Result<void>> serve(Scope& home) {
    std::optional<Router> router;
    HttpServer server(shard_, settings_.server, [&router](Scope& request, ServerRequest http) {
      return router->answer(request, std::move(http));
    });
    // First of all: where another one listens already, nothing has been begun.
    if (auto listening = server.listen(options_.listen); !listening) co_return listening.error();
    AutomationOptions options = automation_options(settings_);
    options.tell = [this](const std::string& line) { tell(line); };
    if (const auto own = server.endpoint()) {
      options.functions.http.egress.own_addresses.emplace_back(own->address, own->port);
    }
    Automation automation(home, store_, catalog_, standard_registry(), std::move(options));
    router.emplace(routes(automation));
    auto found = co_await automation.open(home);
    if (found) {
      tell_of(*found);
      out_ << fmt::format("millrace serves {} workflows on http://{}\n", catalog_.all().size(),
                          server.address())
           << std::flush;
      home.start("http", [&server](Scope& task) -> Task<Result<void>> {
        co_await server.serve(task);
        co_return Result<void>();
      });
      co_await home.wait_for_end(stopping_, "a signal to stop");
      co_await stop(home, server, automation);
    } else {
      co_await automation.close(home, Nanos{0});
    }
    home.cancel(StopCause::shutdown, "the server stops");
    (void)co_await home.join();
    if (!found) co_return found.error();
    co_return Result<void>();
  }

  // Requests and calls of sessions that nobody waits for have the same time to end.
  Task<void> stop(Scope& home, HttpServer& server, Automation& automation) {
    const TimePoint until = shard_.now() + settings_.server.grace;
    co_await server.drain(home);
    co_await automation.close(home, std::max(until - shard_.now(), Nanos{0}));
  }

  std::vector<Route> routes(Automation& automation) {
    std::vector<Route> all = automation_routes({automation.sessions(), catalog_});
    for (Route& route : server_routes(shard_)) all.push_back(std::move(route));
    return all;
  }

  void tell_of(const Recovery::Summary& summary) {
    if (is_found(summary)) tell(summary_line(summary));
    for (const auto& [session, why] : summary.quarantined) {
      tell(fmt::format("session {} is put aside (quarantined): {}", session, why.to_line()));
    }
    for (const DamagedSession& damaged : summary.damaged) {
      tell(fmt::format("session {} is damaged: {}", damaged.session, damaged.error.to_line()));
    }
  }

  void tell(const std::string& line) { err_ << "millrace: " << for_terminal(line) << '\n'; }

  void interrupted(int number) {
    if (stopping_.is_set()) std::_Exit(kExitSignal + number);
    tell("stopping: requests under way have their time, sessions go on at the next start");
    stopping_.set();
  }

  Shard& shard_;
  Store& store_;
  WorkflowCatalog& catalog_;
  const RunSettings& settings_;
  const ServeOptions& options_;
  std::ostream& out_;
  std::ostream& err_;
  Event stopping_;
  int status_ = kExitDone;
};

Result<RunSettings> settings_of(const ServeOptions& options) {
  RunSettings defaults;
  // What workflows reach from a server is not what its owner reaches from a terminal.
  defaults.http.egress.everything = false;
  if (options.config.empty()) return defaults;
  return read_settings(options.config, std::move(defaults));
}

}  // namespace

int serve_command(const ServeOptions& options, std::ostream& out, std::ostream& err) {
  const auto usage_error = [&err](const Error& error) {
    err << "millrace: " << for_terminal(error.to_line()) << '\n';
    return kExitUsage;
  };
  auto settings = settings_of(options);
  if (!settings) return usage_error(settings.error());
  auto files = load_files(options.files);
  if (!files) return usage_error(files.error());
  tell_of_skipped(*files, err);
  if (const Verdict verdict = verify_files(*files, standard_registry()); !verdict.passes()) {
    print_issues(verdict.issues, Severity::error, *files, err, wants_colour(2));
    err << "millrace: these definitions have issues and are not served\n";
    return kExitIssues;
  }
  settings->store.path = options.data;
  auto store = SqliteStore::open(settings->store);
  if (!store) return usage_error(store.error());
  WorkflowCatalog catalog(*files, standard_registry());
  Shard shard(TimeMode::real);
  Serving serving(shard, **store, catalog, *settings, options, out, err);
  shard.run([&serving](Scope& main) -> Task<void> { co_await serving(main); });
  return serving.status();
}

}  // namespace millrace
