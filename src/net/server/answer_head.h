// The head of an answer as it goes out, and what makes an answer one that cannot go out.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "net/server/server_request.h"

namespace millrace {

// Error of kind bug: a status out of range; a header that is no header, would end its line, or is
// one that the server writes.
Result<void> check_answer(const ServerResponse& answer);

// Of an answer that check_answer() has passed; `date` as http_date() gives it. Its Content-Length
// is that of the body, also where the body is not sent (HEAD); without one where there can be none.
std::string answer_head(const ServerResponse& answer, bool keeps_alive, std::string_view date);

// Whether answers of this status may have a body.
bool has_body(unsigned status);

// "Sun, 06 Nov 1994 08:49:37 GMT"
std::string http_date(WallTime at);

}  // namespace millrace
