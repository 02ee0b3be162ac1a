#include "net/status_error.h"

#include <fmt/format.h>

#include <map>

#include "base/secrets.h"
#include "value/error_facts.h"

namespace millrace {

Value headers_value(const std::vector<Header>& headers) {
  std::map<std::string_view, std::vector<std::string>> by_name;
  for (const Header& header : headers) by_name[header.name].push_back(header.value);
  Dict dict;
  for (const auto& [name, values] : by_name) dict.set(name, Value::text_list(values));
  return Value::kvv(std::move(dict));
}

Error status_error(const HttpResponse& response, std::string beginning) {
  const bool passing = response.status_code == 429 || response.status_code >= 500;
  Dict facts;
  facts.set("status", Value::text(response.status).with_type(Type::String));
  facts.set("statusCode", Value::integer(response.status_code).with_type(Type::Integer));
  facts.set("headers", headers_value(response.headers));
  facts.set("body", Value::text(std::move(beginning)).with_type(Type::String));
  return Error(passing ? ErrorKind::unavailable : ErrorKind::invalid,
               fmt::format("{} answered {}", hide_secrets(response.url), response.status))
      .in_phase("headers")
      .with(std::make_shared<ErrorFacts>(std::move(facts)));
}

}  // namespace millrace
