// The functions of the expression language, as `millrace functions` tells of them.
#pragma once

#include <boost/json.hpp>
#include <ostream>

namespace millrace {

void write_expression_functions(std::ostream& out);  // as text
void write_expression_reference(std::ostream& out);  // a part of docs/reference/expressions.md
boost::json::array expression_functions_json();

}  // namespace millrace
