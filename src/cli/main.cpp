#include <CLI/CLI.hpp>
#include <exception>
#include <functional>
#include <iostream>
#include <map>
#include <string>

#include "base/version.h"
#include "cli/backup_command.h"
#include "cli/check_command.h"
#include "cli/completion_command.h"
#include "cli/config_command.h"
#include "cli/demo_command.h"
#include "cli/eval_command.h"
#include "cli/exit_status.h"
#include "cli/functions_command.h"
#include "cli/run_command.h"
#include "cli/serve_command.h"
#include "cli/standard_streams.h"
#include "script/worker_main.h"

namespace millrace {
namespace {

using Command = std::function<int()>;

void add_run(CLI::App& app, RunOptions& options, Command& chosen) {
  CLI::App* run = app.add_subcommand("run", "Run a workflow from a file and print its result");
  run->add_option("FILE", options.files, "YAML or JSON definitions; - is standard input")
      ->type_name(kFileType)
      ->required();
  run->add_option("--workflow", options.workflow, "handle of the workflow to run");
  run->add_option("--input", options.input_file,
                  "file with the input, a JSON object; - is standard input")
      ->type_name(kFileType);
  run->add_option("--input-json", options.input_json, "the input itself, a JSON object");
  run->add_option("--var", options.variables, "NAME=EXPR: one more variable; repeatable")
      ->allow_extra_args(false);
  run->add_option("--step", options.step, "id of the step to start at");
  run->add_option("--timeout", options.timeout, "limit of the whole session, such as 30s or 5m");
  run->add_option("--output", options.output, "text or json")
      ->check(CLI::IsMember({"text", "json"}));
  run->add_flag("--trace", options.trace,
                "show each step as it runs; with --output json, \"frames\" in the document");
  run->add_option("--answers", options.answers,
                  "file with answers to prompts, one JSON object a line: {\"step\": 3, \"input\": "
                  "{...}}; - is standard input")
      ->type_name(kFileType);
  run->add_option("--clock", options.clock, "real, or virtual: delays pass at once")
      ->check(CLI::IsMember({"real", "virtual"}));
  run->add_option("--config", options.config,
                  "file with limits and the egress policy; see millrace config list")
      ->type_name(kFileType);
  run->footer(
      "Example:\n  millrace run examples/orders.yaml --input-json '{\"customer\": \"Ann\"}'");
  run->callback([&] { chosen = [&] { return run_command(options, std::cout, std::cerr); }; });
}

void add_check(CLI::App& app, CheckOptions& options, Command& chosen) {
  CLI::App* check = app.add_subcommand("check", "Verify definitions and list every issue");
  check->add_option("FILE", options.files, "YAML or JSON definitions; - is standard input")
      ->type_name(kFileType)
      ->required();
  check->add_option("--output", options.output, "text or json")
      ->check(CLI::IsMember({"text", "json"}));
  check->add_flag("--strict", options.strict, "treat warnings as issues");
  check->footer("Example:\n  millrace check examples/*.yaml --strict");
  check->callback([&] { chosen = [&] { return check_command(options, std::cout, std::cerr); }; });
}

void add_eval(CLI::App& app, EvalOptions& options, Command& chosen) {
  CLI::App* eval = app.add_subcommand("eval", "Evaluate an expression and print its typed value");
  eval->add_option("EXPR", options.expression, "the expression");
  eval->add_option("--scope", options.scope_file, "file with variables, a JSON object")
      ->type_name(kFileType);
  eval->add_option("--type", options.type, "type that the result is cast to");
  eval->add_flag("--batch", options.batch,
                 "one request a line on standard input, one answer a line");
  eval->footer("Example:\n  millrace eval '1 + 2'");
  eval->callback(
      [&] { chosen = [&] { return eval_command(options, std::cin, std::cout, std::cerr); }; });
}

void add_functions(CLI::App& app, FunctionsOptions& options, Command& chosen) {
  CLI::App* functions =
      app.add_subcommand("functions", "List the functions of steps and of expressions");
  static const std::map<std::string, FunctionsOutput> kOutputs{
      {"text", FunctionsOutput::text},
      {"json", FunctionsOutput::json},
      {"markdown", FunctionsOutput::markdown}};
  functions->add_option("--output", options.output, "text, json or markdown")
      ->transform(CLI::CheckedTransformer(kOutputs));
  static const std::map<std::string, FunctionsOf> kOf{{"all", FunctionsOf::all},
                                                      {"steps", FunctionsOf::steps},
                                                      {"expressions", FunctionsOf::expressions}};
  functions->add_option("--of", options.of, "all, steps or expressions")
      ->transform(CLI::CheckedTransformer(kOf));
  functions->footer("Example:\n  millrace functions --of steps");
  functions->callback([&] { chosen = [&] { return functions_command(options, std::cout); }; });
}

void add_demo(CLI::App& app, DemoOptions& options, Command& chosen) {
  CLI::App* demo =
      app.add_subcommand("demo", "Show a deadline that means what it says, on this machine");
  demo->add_flag("--upstream-only", options.upstream_only,
                 "only serve what the examples talk to, until interrupted");
  demo->add_option("--port", options.port, "port of that service on 127.0.0.1; 0 is any free one");
  demo->footer("Example:\n  millrace demo --upstream-only --port 8085");
  demo->callback([&] { chosen = [&] { return demo_command(options, std::cout, std::cerr); }; });
}

void add_serve(CLI::App& app, ServeOptions& options, Command& chosen) {
  CLI::App* serve = app.add_subcommand("serve", "Serve workflows to programs by HTTP");
  serve->add_option("FILE", options.files, "YAML or JSON definitions of the workflows it offers")
      ->type_name(kFileType)
      ->required();
  serve->add_option("--listen", options.listen, "ADDRESS:PORT; port 0 is any free one")
      ->capture_default_str();
  serve->add_option("--data", options.data, "file that sessions are kept in")
      ->type_name(kFileType)
      ->capture_default_str();
  serve->add_option("--config", options.config, "file with settings; see millrace config list")
      ->type_name(kFileType);
  serve->footer("Example:\n  millrace serve examples/orders.yaml --data orders.db");
  serve->callback([&] { chosen = [&] { return serve_command(options, std::cout, std::cerr); }; });
}

void add_backup(CLI::App& app, BackupOptions& options, Command& chosen) {
  CLI::App* backup =
      app.add_subcommand("backup", "Copy the file of a server, which may be running, and check it");
  backup->add_option("COPY", options.copy, "the file to make; it must not exist")
      ->type_name(kFileType)
      ->required();
  backup->add_option("--data", options.data, "file that the server keeps sessions in")
      ->type_name(kFileType)
      ->capture_default_str();
  backup->footer("Example:\n  millrace backup --data orders.db orders-monday.db");
  backup->callback([&] { chosen = [&] { return backup_command(options, std::cout, std::cerr); }; });
}

void add_config(CLI::App& app, std::string& file, Command& chosen) {
  CLI::App* config = app.add_subcommand("config", "The settings of run --config");
  config->require_subcommand(1);
  CLI::App* list = config->add_subcommand("list", "Show every setting with its default");
  list->callback([&] { chosen = [] { return config_list_command(std::cout); }; });
  CLI::App* check = config->add_subcommand("check", "Say whether a file of settings is right");
  check->add_option("FILE", file, "YAML or JSON settings; - is standard input")
      ->type_name(kFileType)
      ->required();
  check->callback(
      [&] { chosen = [&] { return config_check_command(file, std::cout, std::cerr); }; });
  config->footer("Example:\n  millrace config check settings.yaml");
}

void add_completion(CLI::App& app, Shell& shell, Command& chosen) {
  CLI::App* completion =
      app.add_subcommand("completion", "Print a script that lets a shell complete this program");
  static const std::map<std::string, Shell> kShells{
      {"bash", Shell::bash}, {"zsh", Shell::zsh}, {"fish", Shell::fish}};
  completion->add_option("SHELL", shell, "bash, zsh or fish")
      ->required()
      ->transform(CLI::CheckedTransformer(kShells));
  completion->footer("Example:\n  source <(millrace completion bash)");
  completion->callback([&] { chosen = [&] { return completion_command(app, shell, std::cout); }; });
}

int run_main(int argc, char** argv) {
  CLI::App app("Millrace: runs workflows whose deadlines mean what they say.", "millrace");
  app.set_version_flag("--version", std::string("millrace ") + kVersion);
  app.require_subcommand(1);
  app.footer(
      "Exit status: 0 done; 1 the workflow failed, was cancelled or timed out; 2 wrong usage or "
      "bad input;\n3 the definition has issues; 130 or 143 interrupted.");
  Command chosen;
  RunOptions run;
  CheckOptions check;
  EvalOptions eval;
  FunctionsOptions functions;
  DemoOptions demo;
  ServeOptions serve;
  BackupOptions backup;
  std::string settings_file;
  Shell shell = Shell::bash;
  add_run(app, run, chosen);
  add_check(app, check, chosen);
  add_eval(app, eval, chosen);
  add_functions(app, functions, chosen);
  add_demo(app, demo, chosen);
  add_serve(app, serve, chosen);
  add_backup(app, backup, chosen);
  add_config(app, settings_file, chosen);
  add_completion(app, shell, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitDone : kExitUsage;
  }
  return chosen();
}

}  // namespace
}  // namespace millrace

int main(int argc, char** argv) {
  try {
    // Before anything else: such a process has no streams, and is not for people.
    if (argc == 2 && std::string_view(argv[1]) == millrace::kScriptWorkerCommand) {
      return millrace::script_worker_main();
    }
    millrace::hold_closed_streams();
    return millrace::with_output_written(millrace::run_main(argc, argv));
  } catch (const std::exception& thrown) {
    std::cerr << "millrace: this is a bug, please report it: " << thrown.what() << '\n';
    return millrace::kExitFailed;
  }
}
