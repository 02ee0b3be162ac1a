// Whether a TLS connection ends as its peer meant it to: with a farewell (close_notify).
#pragma once

#include <memory>

struct ssl_st;

namespace millrace {

// True once the peer has said farewell on `session`; may outlive it.
std::shared_ptr<const bool> watch_for_farewell(ssl_st* session);

}  // namespace millrace
