#include "cli/completion_command.h"

#include <fmt/format.h>

#include <CLI/Option.hpp>
#include <algorithm>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "cli/exit_status.h"

namespace millrace {
namespace {

enum class Takes : std::uint8_t { nothing, value, file };

struct Word {
  std::string text;  // a command's name, or "--input"
  std::string help;
  Takes takes = Takes::nothing;
};

// What may follow a command, that of the program itself included.
struct Command {
  std::string path;  // "config check"; empty for the program
  std::vector<Word> commands;
  std::vector<Word> options;
  bool takes_files = false;
};

Takes taken_by(const CLI::Option& option) {
  if (option.get_items_expected_max() == 0) return Takes::nothing;
  return option.get_type_name() == kFileType ? Takes::file : Takes::value;
}

void collect(const CLI::App& app, const std::string& path, std::vector<Command>& all) {
  Command command{path, {}, {}, false};
  for (const CLI::Option* option : app.get_options()) {
    const Takes takes = taken_by(*option);
    if (option->get_positional() && takes == Takes::file) command.takes_files = true;
    for (const std::string& name : option->get_lnames()) {
      command.options.push_back({"--" + name, option->get_description(), takes});
    }
  }
  const auto inner = app.get_subcommands([](const CLI::App*) { return true; });
  for (const CLI::App* each : inner) {
    command.commands.push_back({each->get_name(), each->get_description()});
  }
  all.push_back(std::move(command));
  for (const CLI::App* each : inner) {
    collect(*each, path.empty() ? each->get_name() : path + " " + each->get_name(), all);
  }
}

// In single quotes, as all three shells read it.
std::string quote(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'') {
      result += "'\\''";
    } else {
      result += c;
    }
  }
  return result + "'";
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  return fmt::format("{}", fmt::join(words, between));
}

std::vector<std::string> options_that_take(const Command& command, Takes takes) {
  std::vector<std::string> names;
  for (const Word& option : command.options) {
    if (option.takes == takes) names.push_back(option.text);
  }
  return names;
}

// Every path but the program's own, quoted.
std::vector<std::string> quoted_paths(const std::vector<Command>& all) {
  std::vector<std::string> paths;
  for (const Command& command : all) {
    if (!command.path.empty()) paths.push_back(quote(command.path));
  }
  return paths;
}

// The branches of a `case` on the word before, for bash and zsh: what its value may be.
std::string value_cases(const Command& command, std::string_view files) {
  std::string text;
  if (const auto names = options_that_take(command, Takes::file); !names.empty()) {
    text += fmt::format("        {}) {}; return ;;\n", joined(names, "|"), files);
  }
  if (const auto names = options_that_take(command, Takes::value); !names.empty()) {
    text += fmt::format("        {}) return ;;\n", joined(names, "|"));
  }
  return text.empty() ? text : "      case \"$before\" in\n" + text + "      esac\n";
}

void write_bash(const std::vector<Command>& all, std::ostream& out) {
  constexpr std::string_view kFiles = R"(mapfile -t COMPREPLY < <(compgen -f -- "$word"))";
  out << R"(_millrace() {
  local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" command="" index longer
  if [[ "$word" == "=" ]]; then
    word=""
  elif [[ "$before" == "=" ]]; then
    before="${COMP_WORDS[COMP_CWORD-2]}"
  fi
  for ((index = 1; index < COMP_CWORD; index++)); do
    longer="${command:+$command }${COMP_WORDS[index]}"
    case "$longer" in
      )"
      << joined(quoted_paths(all), "|") << R"() command="$longer" ;;
    esac
  done
  COMPREPLY=()
  case "$command" in
)";
  for (const Command& command : all) {
    std::string words;
    for (const Word& each : command.commands) words += each.text + " ";
    for (const Word& each : command.options) words += each.text + " ";
    out << fmt::format("    {})\n{}", quote(command.path), value_cases(command, kFiles));
    if (command.takes_files) {
      out << "      if [[ \"$word\" != -* ]]; then " << kFiles << "; return; fi\n";
    }
    out << fmt::format("      mapfile -t COMPREPLY < <(compgen -W {} -- \"$word\")\n      ;;\n",
                       quote(words));
  }
  out << "  esac\n}\ncomplete -o filenames -F _millrace millrace\n";
}

// An array for _describe.
std::string described(const std::vector<Word>& words) {
  std::string text;
  for (const Word& word : words) {
    text += fmt::format(" {}", quote(word.text + ":" + word.help));
  }
  return "(" + text + " )";
}

void write_zsh(const std::vector<Command>& all, std::ostream& out) {
  out << R"(#compdef millrace
_millrace() {
  local word="$words[CURRENT]" before="$words[CURRENT-1]" command="" longer
  local -a commands options
  integer index
  for ((index = 2; index < CURRENT; index++)); do
    longer="${command:+$command }$words[index]"
    case "$longer" in
      ()"
      << joined(quoted_paths(all), "|") << R"() command="$longer" ;;
    esac
  done
  case "$command" in
)";
  for (const Command& command : all) {
    out << fmt::format("    ({})\n{}", quote(command.path), value_cases(command, "_files"));
    out << fmt::format("      options={}\n", described(command.options));
    out << fmt::format("      commands={}\n", described(command.commands));
    out << "      if [[ \"$word\" == -* ]]; then _describe -o option options; return; fi\n";
    out << (command.takes_files ? "      _files\n" : "      _describe command commands\n")
        << "      ;;\n";
  }
  out << "  esac\n}\ncompdef _millrace millrace\n";
}

void write_fish(const std::vector<Command>& all, std::ostream& out) {
  out << R"(function __millrace_at
  set -l command
  for word in (commandline -opc)[2..-1]
    set -l longer (string join ' ' -- $command $word)
    if contains -- "$longer" )"
      << joined(quoted_paths(all), " ") << R"(
      set command "$longer"
    end
  end
  test "$command" = "$argv[1]"
end
complete -c millrace -f
)";
  for (const Command& command : all) {
    const std::string at =
        fmt::format("complete -c millrace -n \"__millrace_at {}\"", quote(command.path));
    for (const Word& word : command.commands) {
      out << fmt::format("{} -a {} -d {}\n", at, word.text, quote(word.help));
    }
    for (const Word& option : command.options) {
      std::string_view takes;
      if (option.takes == Takes::file) takes = " -r -F";
      if (option.takes == Takes::value) takes = " -x";
      out << fmt::format("{} -l {}{} -d {}\n", at, option.text.substr(2), takes,
                         quote(option.help));
    }
    if (command.takes_files) out << at << " -F\n";
  }
}

}  // namespace

int completion_command(const CLI::App& app, Shell shell, std::ostream& out) {
  std::vector<Command> all;
  collect(app, "", all);
  switch (shell) {
    case Shell::bash: write_bash(all, out); break;
    case Shell::zsh: write_zsh(all, out); break;
    case Shell::fish: write_fish(all, out); break;
  }
  return kExitDone;
}

}  // namespace millrace
