// Facts that an error carries as values, for handlers in workflows: of an HTTP answer its `status`,
// `statusCode`, `headers` and the beginning of its `body`.
#pragma once

#include <utility>

#include "base/error.h"
#include "value/value.h"

namespace millrace {

struct ErrorFacts : ErrorDetails {
  explicit ErrorFacts(Dict facts_given) : facts(std::move(facts_given)) {}
  Dict facts;
};

}  // namespace millrace
