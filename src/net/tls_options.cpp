#include "net/tls_options.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>
#include <new>

namespace millrace {
namespace {

template <auto free>
struct Free {
  void operator()(auto* what) const { free(what); }
};
using Bio = std::unique_ptr<BIO, Free<&BIO_free>>;
using Certificate = std::unique_ptr<X509, Free<&X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Free<&EVP_PKEY_free>>;

Error invalid(std::string_view field, std::string_view why) {
  return {ErrorKind::invalid, fmt::format("tls.{} {}", field, why)};
}

Bio open(const std::string& pem) {
  Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (!bio) throw std::bad_alloc();
  return bio;
}

// Without it OpenSSL would ask at the terminal.
int no_password(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

Certificate read_certificate(const std::string& pem) {
  Certificate found(PEM_read_bio_X509(open(pem).get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  return found;
}

Key read_key(const std::string& pem, bool& needs_password) {
  Key found(PEM_read_bio_PrivateKey(open(pem).get(), nullptr, &no_password, &needs_password));
  ERR_clear_error();
  return found;
}

}  // namespace

Result<void> check_tls(const TlsOptions& options) {
  const std::string_view no_certificate = "is no certificate in PEM (-----BEGIN CERTIFICATE-----)";
  if (!options.ca_certificate.empty() && !read_certificate(options.ca_certificate)) {
    return invalid("caCertificate", no_certificate);
  }
  if (options.client_certificate.empty()) {
    if (options.client_key.empty()) return {};
    return invalid("clientKey", "is given without tls.clientCertificate: give both");
  }
  const Certificate certificate = read_certificate(options.client_certificate);
  if (!certificate) return invalid("clientCertificate", no_certificate);
  const bool is_apart = !options.client_key.empty();
  bool needs_password = false;
  const Key key =
      read_key(is_apart ? options.client_key : options.client_certificate, needs_password);
  if (needs_password) {
    return invalid("clientKey", "needs a password: give the key without one (openssl pkey)");
  }
  if (!key) {
    return invalid("clientKey", is_apart ? "is no private key in PEM (-----BEGIN PRIVATE KEY-----)"
                                         : "is missing, and tls.clientCertificate holds no key");
  }
  const bool belongs = X509_check_private_key(certificate.get(), key.get()) == 1;
  ERR_clear_error();
  if (!belongs) return invalid("clientKey", "does not belong to tls.clientCertificate");
  return {};
}

}  // namespace millrace
