#include "support/certificates.h"

#include <arpa/inet.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <memory>
#include <stdexcept>

namespace millrace::support {

namespace {

template <auto free>
struct Free {
  void operator()(auto* what) const { free(what); }
};
using Certificate = std::unique_ptr<X509, Free<&X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Free<&EVP_PKEY_free>>;
using Memory = std::unique_ptr<BIO, Free<&BIO_free>>;

void require(bool ok) {
  if (!ok) throw std::runtime_error("cannot make a certificate");
}

std::string text_of(const Memory& memory) {
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

std::string pem_of(X509* certificate) {
  const Memory memory(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_X509(memory.get(), certificate) == 1);
  return text_of(memory);
}

std::string pem_of(EVP_PKEY* key, const char* password = nullptr) {
  const Memory memory(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_PKCS8PrivateKey(memory.get(), key,
                                        password != nullptr ? EVP_aes_128_cbc() : nullptr, nullptr,
                                        0, nullptr, const_cast<char*>(password)) == 1);
  return text_of(memory);
}

Memory memory_of(const std::string& pem) {
  return Memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

Key key_of(const std::string& pem) {
  return Key(PEM_read_bio_PrivateKey(memory_of(pem).get(), nullptr, nullptr, nullptr));
}

void extend(X509* certificate, X509* issuer, int what, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, Free<&X509_EXTENSION_free>> extension(
      X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str()));
  require(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1);
}

// By `issuer`, or by itself where there is none.
Identity make(const std::string& name, const Wish& wish, const Identity* issuer,
              bool is_authority) {
  static std::atomic<long> serial{1};
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate(X509_new());
  require(key != nullptr && certificate != nullptr);
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial++);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), wish.from.count());
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), wish.until.count());
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  Certificate parent;
  Key parent_key;
  if (issuer != nullptr) {
    parent.reset(
        PEM_read_bio_X509(memory_of(issuer->certificate).get(), nullptr, nullptr, nullptr));
    parent_key = key_of(issuer->key);
  }
  X509* const by = parent ? parent.get() : certificate.get();
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(by));
  if (is_authority) {
    extend(certificate.get(), by, NID_basic_constraints, "critical,CA:TRUE");
    extend(certificate.get(), by, NID_key_usage, "critical,keyCertSign,cRLSign");
  } else {
    in_addr address{};
    const bool is_address = ::inet_pton(AF_INET, wish.host.c_str(), &address) == 1;
    extend(certificate.get(), by, NID_subject_alt_name, (is_address ? "IP:" : "DNS:") + wish.host);
  }
  require(X509_sign(certificate.get(), parent_key ? parent_key.get() : key.get(), EVP_sha256()) >
          0);
  return {pem_of(certificate.get()), pem_of(key.get())};
}

}  // namespace

Authority::Authority(const std::string& name) : own_(make(name, {}, nullptr, true)) {}

Identity Authority::issue(const Wish& wish) const { return make(wish.host, wish, &own_, false); }

Identity self_signed(const Wish& wish) { return make(wish.host, wish, nullptr, false); }

std::string encrypted(const std::string& key) { return pem_of(key_of(key).get(), "password"); }

}  // namespace millrace::support
