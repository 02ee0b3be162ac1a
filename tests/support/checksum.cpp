#include "support/checksum.h"

#include <openssl/evp.h>

namespace millrace::support {

Sha256::Sha256() : state_(EVP_MD_CTX_new()) { EVP_DigestInit_ex(state_, EVP_sha256(), nullptr); }

Sha256::~Sha256() { EVP_MD_CTX_free(state_); }

Sha256& Sha256::add(std::string_view bytes) {
  EVP_DigestUpdate(state_, bytes.data(), bytes.size());
  return *this;
}

std::string Sha256::hex() {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_DigestFinal_ex(state_, digest, &size);
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    text += kDigits[digest[i] >> 4];
    text += kDigits[digest[i] & 15];
  }
  return text;
}

}  // namespace millrace::support
