// A request of the REST interface with its parts taken apart: what handlers read parameters from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "net/server/server_request.h"
#include "value/dict.h"

namespace millrace {

struct ApiRequest {
  ServerRequest http;
  std::vector<std::string> path;  // the values of the route's {parts}, in order
  std::vector<std::pair<std::string, std::string>> query;
  Dict body;  // of the JSON object that was sent; empty where there was none

  // A parameter is a field of the body or, where it has none of that name, of the query. Not given,
  // or null: nothing. Errors are of kind invalid and name it.
  Result<std::optional<std::string>> text(std::string_view name) const;
  Result<bool> flag(std::string_view name) const;  // not given: false
  Result<std::optional<std::uint64_t>> number(std::string_view name) const;
  Result<std::optional<Nanos>> duration(std::string_view name) const;  // longer than 0
  // A number each; of the query as name[]=1&name[]=2, name=1, or name=1,2.
  Result<std::vector<std::uint64_t>> numbers(std::string_view name) const;

  Result<std::uint64_t> path_id(std::size_t index, std::string_view name) const;
};

// Takes the query and the body apart. `path` is left empty.
Result<ApiRequest> read_api_request(ServerRequest http);

// Digits only, and within 64 bits.
std::optional<std::uint64_t> whole_number(std::string_view text);

}  // namespace millrace
