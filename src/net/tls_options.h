// How a request is secured: what its author says about TLS, checked before anything is opened.
#pragma once

#include <string>

#include "base/error.h"

namespace millrace {

struct TlsOptions {
  bool verify = true;
  std::string ca_certificate;      // PEM, instead of the system's authorities
  std::string client_certificate;  // PEM
  std::string client_key;          // PEM; empty: in client_certificate
  std::string min_version;         // "1.2" (default) or "1.3"
};

// Errors of kind invalid: what is no PEM, a key that needs a password, a key that belongs to
// another certificate. None of them holds any of the texts.
Result<void> check_tls(const TlsOptions& options);

}  // namespace millrace
