// curl's result codes as errors that a user can act on.
#pragma once

#include <curl/curl.h>

#include <string>

#include "base/error.h"

namespace millrace {

struct CurlFailure {
  CURLcode code;
  int system_error;       // errno of the failed call, or 0
  std::string message;    // curl's own words; may be empty
  std::string authority;  // "example.com:443", and the proxy to it
  std::string peer;       // what was connected to
  bool is_proxied;        // then that is a proxy
  std::string address;    // "93.184.216.34"; may be empty
  std::string phase;      // where the transfer stood
};

Error to_error(const CurlFailure& failure);
// Whether the next attempt would fail in the same way: a certificate that is not trusted, a proxy
// that wants another password.
bool is_lasting(const CurlFailure& failure);
// That the system gave none, and why (errno).
Error no_socket(int system_error);

}  // namespace millrace
