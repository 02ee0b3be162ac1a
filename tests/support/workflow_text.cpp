#include "support/workflow_text.h"

#include <sstream>

namespace millrace::support {

namespace {

std::string step(int id, const std::string& rest) {
  return "{ stepID: " + std::to_string(id) + ", " + rest + " }";
}

std::string argument(const std::string& target, const std::string& type, const std::string& field) {
  return "{ target: " + target + ", type: " + type + ", " + field + " }";
}

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "''" : std::string(1, c);
  return out + "'";
}

}  // namespace

std::string request(int id, const std::string& url, const std::string& timeout,
                    const std::string& target) {
  std::string arguments = argument("url", "String", "value: " + quoted(url));
  if (!timeout.empty()) arguments += ", " + argument("timeout", "Duration", "value: " + timeout);
  return step(id, "kind: function, ref: httpRequestSend, arguments: [ " + arguments +
                      " ], results: [ " + argument(target, "Reader", "expr: body") + " ]");
}

std::string lines_of(int id, const std::string& reader) {
  return step(id, "kind: iterator, ref: loopLines, arguments: [ " +
                      argument("stream", "Reader", "expr: " + reader) + " ], results: [ " +
                      argument("line", "String", "expr: line") + " ]");
}

std::string set(int id, const std::string& target, const std::string& type,
                const std::string& expr) {
  return step(id, "kind: expressions, arguments: [ " +
                      argument(target, type, "expr: " + quoted(expr)) + " ]");
}

std::string handler(int id, const std::string& suffix) {
  std::string results;
  for (const std::string name : {"errorMessage", "errorKind", "errorPhase", "errorStepID"}) {
    if (!results.empty()) results += ", ";
    results += argument(name + suffix, "String", "expr: " + name);
  }
  return step(id, "kind: error-handler, results: [ " + results + " ]");
}

std::string script(int id, const std::string& source) {
  return step(id, "kind: function, ref: jsenvExecute, arguments: [ " +
                      argument("scope", "Any", "value: none") + ", " +
                      argument("source", "String", "value: " + quoted(source)) + " ], results: [ " +
                      argument("returned", "Any", "expr: resultAny") + " ]");
}

std::string gateway(int id, const std::string& ref) {
  return step(id, "kind: gateway, ref: " + ref);
}

std::string workflow(const std::vector<std::string>& steps, std::string_view paths) {
  std::string text = "workflows:\n  flow:\n    enabled: true\n    steps:\n";
  for (const std::string& each : steps) text += "      - " + each + "\n";
  text += paths.empty() ? "    paths: []\n" : "    paths:\n";
  std::istringstream words{std::string(paths)};
  for (std::string path; words >> path;) {
    const std::size_t dash = path.find('-');
    text += "      - { parentID: " + path.substr(0, dash) + ", childID: " + path.substr(dash + 1) +
            " }\n";
  }
  return text;
}

}  // namespace millrace::support
