#include "support/tls_setup.h"

#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <stdexcept>

namespace millrace::support {

namespace {

void require(bool ok) {
  if (!ok) throw std::runtime_error("cannot set TLS up");
}

std::shared_ptr<BIO> memory_of(const std::string& pem) {
  return {BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free};
}

std::shared_ptr<X509> certificate_of(const std::string& pem) {
  return {PEM_read_bio_X509(memory_of(pem).get(), nullptr, nullptr, nullptr), &X509_free};
}

}  // namespace

TlsSetup::TlsSetup(const Identity& identity, const Options& options)
    : context_(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free) {
  require(context_ != nullptr);
  const std::shared_ptr<EVP_PKEY> key(
      PEM_read_bio_PrivateKey(memory_of(identity.key).get(), nullptr, nullptr, nullptr),
      &EVP_PKEY_free);
  require(SSL_CTX_use_certificate(context_.get(), certificate_of(identity.certificate).get()) == 1);
  require(SSL_CTX_use_PrivateKey(context_.get(), key.get()) == 1);
  if (options.only_tls_1_2) SSL_CTX_set_max_proto_version(context_.get(), TLS1_2_VERSION);
  if (options.client_authority.empty()) return;
  const auto authority = certificate_of(options.client_authority);
  X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), authority.get());
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
}

}  // namespace millrace::support
