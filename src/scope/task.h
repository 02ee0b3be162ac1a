// The coroutine type of everything that may wait. A Task does nothing until it is awaited or
// started in a Scope, and a function that returns one takes Scope& first.
#pragma once

#include <boost/asio/awaitable.hpp>

namespace millrace {

namespace asio = boost::asio;

template <class T = void>
using Task = asio::awaitable<T>;

}  // namespace millrace
