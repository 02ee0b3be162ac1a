// Workflows as text, written short: tests say which steps there are, and these make the YAML.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace millrace::support {

// Sends a GET with that timeout ("1s"; empty: none) and puts the body into the variable `target`.
std::string request(int id, const std::string& url, const std::string& timeout = "",
                    const std::string& target = "body");
// loopLines over the variable `reader`; each line goes into the variable `line`.
std::string lines_of(int id, const std::string& reader = "body");
// One argument of an expressions step.
std::string set(int id, const std::string& target, const std::string& type,
                const std::string& expr);
// An error handler that puts errorMessage and the like into variables of the same name with
// `suffix`.
std::string handler(int id, const std::string& suffix = "");
// jsenvExecute of an input that does not matter; what it returns goes into the variable `returned`.
std::string script(int id, const std::string& source);
std::string gateway(int id, const std::string& ref);

// The file: one workflow "flow". `paths` is "1-2 2-3", in order.
std::string workflow(const std::vector<std::string>& steps, std::string_view paths);

}  // namespace millrace::support
