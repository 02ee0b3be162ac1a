// What a RawServer offers when it speaks TLS.
#pragma once

#include <memory>
#include <string>

#include "support/certificates.h"

struct ssl_ctx_st;

namespace millrace::support {

class TlsSetup {
 public:
  struct Options {
    std::string client_authority;  // PEM; not empty: clients must show a certificate of it
    bool only_tls_1_2 = false;
  };
  explicit TlsSetup(const Identity& identity) : TlsSetup(identity, Options{}) {}
  TlsSetup(const Identity& identity, const Options& options);

  ssl_ctx_st* context() const { return context_.get(); }

 private:
  std::shared_ptr<ssl_ctx_st> context_;
};

}  // namespace millrace::support
