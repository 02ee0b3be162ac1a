// The functions and iterators that steps call, as `millrace functions` tells of them.
#pragma once

#include <boost/json.hpp>
#include <ostream>

namespace millrace {

void write_step_functions(std::ostream& out);  // as text
void write_step_reference(std::ostream& out);  // docs/reference/functions.md
boost::json::array step_functions_json();

}  // namespace millrace
