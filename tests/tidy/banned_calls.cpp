#include <algorithm>
#include <span>

#include "tidy/rules.h"

namespace millrace::tidy {
namespace {

struct Ban {
  // Tokens, as in code. "*_clock" stands for every word that ends so.
  std::string_view call;
  std::string_view reason;
  // The only folders under src/ where it may stand, with a space between; none: nowhere.
  std::string_view allowed_in = {};
  // Whether tests and benchmarks may do it.
  bool allowed_in_tests = true;
};

constexpr bool kNotEvenInTests = false;

constexpr Ban kBans[] = {
    // Waiting. A wait that no Scope knows of cannot be stopped, and nobody joins it.
    {"asio::detached", "swallows exceptions and is joined by nobody: start a task in a Scope", "",
     kNotEvenInTests},
    {"awaitable_operators", "are no timeout and lose cancellation: use within and race of scope/",
     "", kNotEvenInTests},
    {"asio::experimental", "changes from release to release: scope/ has what is needed", "",
     kNotEvenInTests},
    {"asio/experimental", "changes from release to release: scope/ has what is needed", "",
     kNotEvenInTests},
    {"co_spawn", "obeys only one kind of cancellation: start a task in a Scope", "scope"},
    {"cancellation_slot", "belongs to scope/ and net/: wait through a Scope", "scope net"},
    {"cancellation_signal", "belongs to scope/ and net/: stop the Scope", "scope net"},
    {"bind_cancellation_slot", "belongs to scope/ and net/: wait through a Scope", "scope net"},
    {"this_thread::sleep_for", "holds a whole shard: wait on a timer in a Scope"},
    {"this_thread::sleep_until", "holds a whole shard: wait on a timer in a Scope"},
    {"usleep(", "holds a whole shard: wait on a timer in a Scope"},
    {"nanosleep(", "holds a whole shard: wait on a timer in a Scope"},
    {"sleep(", "holds a whole shard: wait on a timer in a Scope"},
    {"curl_easy_perform", "holds a whole shard: net/ drives transfers on the loop"},
    {".detach(", "a thread that nobody joins outlives what it uses", "", kNotEvenInTests},
    {"->detach(", "a thread that nobody joins outlives what it uses", "", kNotEvenInTests},
    {"std::async", "waits in the destructor of its future: start a task in a Scope", "",
     kNotEvenInTests},

    // Time and chance come in through ports, so that a seeded simulation runs this very code.
    {"*_clock::now", "ask a Clock, which tests can move", "base"},
    {"gettimeofday(", "ask a Clock, which tests can move", "base"},
    {"clock_gettime(", "ask a Clock, which tests can move", "base"},
    {"std::time(", "ask a Clock, which tests can move", "base"},
    {"random_device", "ask the source of randomness in base/, which tests can seed", "base"},
    {"rand(", "is neither random nor safe among threads: use base/", "", kNotEvenInTests},
    {"srand(", "is neither random nor safe among threads: use base/", "", kNotEvenInTests},

    // Errors.
    {"catch (...)", "hides bugs: expected failures are values, and exceptions end in scope/",
     "scope"},

    // The C library's old traps.
    {"system(", "runs a shell on whatever the text says", "", kNotEvenInTests},
    {"strtok(", "keeps its state in a global: split with std::string_view", "", kNotEvenInTests},
    {"gets(", "cannot be called safely", "", kNotEvenInTests},
    {"sprintf(", "does not know the size of its buffer: fmt::format", "", kNotEvenInTests},
    {"vsprintf(", "does not know the size of its buffer: fmt::format", "", kNotEvenInTests},
    {"strcpy(", "does not know the size of its buffer: std::string", "", kNotEvenInTests},
    {"strcat(", "does not know the size of its buffer: std::string", "", kNotEvenInTests},
    {"std::regex", "overflows the stack on long texts: RE2"},
    {"std::wregex", "overflows the stack on long texts: RE2"},
};

bool matches(std::string_view token, std::string_view wanted) {
  if (wanted.starts_with('*') && wanted.size() > 1) return token.ends_with(wanted.substr(1));
  return token == wanted;
}

// The tokens of a ban; a star and the word after it are one.
std::vector<std::string_view> wanted_tokens(std::string_view call) {
  std::vector<std::string_view> wanted;
  for (const Token& token : tokens_of(call)) {
    const bool ends_star = !wanted.empty() && wanted.back() == "*";
    if (ends_star) {
      wanted.back() = std::string_view(wanted.back().data(), 1 + token.text.size());
    } else {
      wanted.push_back(token.text);
    }
  }
  return wanted;
}

// Another class's member or another namespace's function may have the same name as a banned one.
bool is_of_another(std::span<const Token> before) {
  if (before.empty()) return false;
  const std::string_view last = before.back().text;
  if (last == "." || last == "->") return true;
  if (last != "::" || before.size() < 2) return false;
  const std::string_view owner = before[before.size() - 2].text;
  const char c = owner.back();
  const bool is_name = c == '_' || c == '>' || (c >= '0' && c <= 'z' && c != ';' && c != '=');
  return is_name && owner != "std" && owner != "asio" && owner != "chrono" && owner != "boost";
}

bool is_in(std::string_view folders, std::string_view folder) {
  while (!folders.empty()) {
    const std::size_t space = folders.find(' ');
    if (folders.substr(0, space) == folder) return true;
    if (space == std::string_view::npos) break;
    folders.remove_prefix(space + 1);
  }
  return false;
}

void find_calls(const Source& source, const Ban& ban, const std::vector<std::string_view>& wanted,
                Findings& findings) {
  const std::span<const Token> tokens = source.tokens();
  for (std::size_t i = 0; i + wanted.size() <= tokens.size(); ++i) {
    const bool found = std::equal(
        wanted.begin(), wanted.end(), tokens.begin() + static_cast<std::ptrdiff_t>(i),
        [](std::string_view want, const Token& token) { return matches(token.text, want); });
    const bool begins_with_name = wanted.front() != "." && wanted.front() != "->";
    if (found && !(begins_with_name && is_of_another(tokens.first(i)))) {
      findings.push_back(
          source.finding(tokens[i].offset, std::string(ban.call) + " " + std::string(ban.reason)));
    }
  }
}

}  // namespace

Findings check_banned_calls(const Source& source) {
  const bool is_ours = source.path().starts_with("src/");
  const std::string folder = source.folder_under("src");
  static const std::vector<std::vector<std::string_view>> kWanted = [] {
    std::vector<std::vector<std::string_view>> all;
    for (const Ban& ban : kBans) all.push_back(wanted_tokens(ban.call));
    return all;
  }();
  Findings findings;
  for (std::size_t i = 0; i < std::size(kBans); ++i) {
    const Ban& ban = kBans[i];
    if (is_ours ? is_in(ban.allowed_in, folder) : ban.allowed_in_tests) continue;
    find_calls(source, ban, kWanted[i], findings);
  }
  return findings;
}

}  // namespace millrace::tidy
