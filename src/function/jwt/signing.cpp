#include "function/jwt/signing.h"

#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>

namespace millrace {
namespace {

struct Algorithm {
  std::string_view name;
  KeyKind key;
  const EVP_MD* (*digest)();
  bool is_pss = false;
};

const EVP_MD* no_digest() { return nullptr; }

constexpr std::array<Algorithm, 13> kAlgorithms = {{{"HS256", KeyKind::secret, &EVP_sha256},
                                                    {"HS384", KeyKind::secret, &EVP_sha384},
                                                    {"HS512", KeyKind::secret, &EVP_sha512},
                                                    {"RS256", KeyKind::rsa, &EVP_sha256},
                                                    {"RS384", KeyKind::rsa, &EVP_sha384},
                                                    {"RS512", KeyKind::rsa, &EVP_sha512},
                                                    {"PS256", KeyKind::rsa, &EVP_sha256, true},
                                                    {"PS384", KeyKind::rsa, &EVP_sha384, true},
                                                    {"PS512", KeyKind::rsa, &EVP_sha512, true},
                                                    {"ES256", KeyKind::p256, &EVP_sha256},
                                                    {"ES384", KeyKind::p384, &EVP_sha384},
                                                    {"ES512", KeyKind::p521, &EVP_sha512},
                                                    {"EdDSA", KeyKind::ed25519, &no_digest}}};

std::string_view describe(KeyKind kind) {
  switch (kind) {
    case KeyKind::secret: return "a secret that is no key in PEM";
    case KeyKind::rsa: return "an RSA key";
    case KeyKind::p256: return "a key of the curve P-256";
    case KeyKind::p384: return "a key of the curve P-384";
    case KeyKind::p521: return "a key of the curve P-521";
    case KeyKind::ed25519: return "an Ed25519 key";
  }
  return "";
}

Error invalid(std::string message) { return {ErrorKind::invalid, std::move(message)}; }

// What OpenSSL complained of last; its queue is emptied.
std::string complaint() {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  std::string text = reason == nullptr ? "no reason given" : reason;
  ERR_clear_error();
  return text;
}

// A key that is locked by a password is refused, without anybody being asked for it.
int no_password(char*, int, int, void*) { return -1; }

template <auto kFree>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    kFree(object);
  }
};

std::string hmac(const EVP_MD* digest, std::string_view secret, std::string_view message) {
  std::string mac(EVP_MAX_MD_SIZE, '\0');
  unsigned length = 0;
  HMAC(digest, secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(message.data()), message.size(),
       reinterpret_cast<unsigned char*>(mac.data()), &length);
  mac.resize(length);
  return mac;
}

// OpenSSL's form, DER, as the two numbers after each other, each of `size` bytes.
Result<std::string> numbers_of(std::string_view der, std::size_t size) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>> parsed(
      d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  std::string numbers(2 * size, '\0');
  auto* out = reinterpret_cast<unsigned char*>(numbers.data());
  if (parsed == nullptr ||
      BN_bn2binpad(ECDSA_SIG_get0_r(parsed.get()), out, static_cast<int>(size)) < 0 ||
      BN_bn2binpad(ECDSA_SIG_get0_s(parsed.get()), out + size, static_cast<int>(size)) < 0) {
    return invalid("the token cannot be signed: " + complaint());
  }
  return numbers;
}

Result<std::string> sign_with(EVP_PKEY* key, const Algorithm& algorithm, std::string_view message) {
  const std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* options = nullptr;
  const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
  std::size_t length = 0;
  const bool ready =
      EVP_DigestSignInit(context.get(), &options, algorithm.digest(), nullptr, key) == 1 &&
      (!algorithm.is_pss ||
       (EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1 &&
        EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1)) &&
      EVP_DigestSign(context.get(), nullptr, &length, bytes, message.size()) == 1;
  std::string signature(length, '\0');
  if (!ready || EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()),
                               &length, bytes, message.size()) != 1) {
    return invalid("the token cannot be signed: " + complaint());
  }
  signature.resize(length);
  return signature;
}

}  // namespace

Result<SigningKey> SigningKey::from_pem(std::string_view pem) {
  constexpr int kMaxRsaBits = 8192;  // longer ones would hold the shard for too long
  ERR_clear_error();
  const std::unique_ptr<BIO, Freed<BIO_free>> source(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  SigningKey key;
  key.key_.reset(PEM_read_bio_PrivateKey(source.get(), nullptr, &no_password, nullptr),
                 &EVP_PKEY_free);
  if (key.key_ == nullptr) {
    return invalid("it is no private key in PEM that is not encrypted: " + complaint());
  }
  std::array<char, 32> curve{};
  switch (EVP_PKEY_get_base_id(key.key_.get())) {
    case EVP_PKEY_RSA:
      if (EVP_PKEY_get_bits(key.key_.get()) > kMaxRsaBits) {
        return Error(ErrorKind::exhausted,
                     fmt::format("it is an RSA key of more than {} bits", kMaxRsaBits));
      }
      key.kind_ = KeyKind::rsa;
      return key;
    case EVP_PKEY_ED25519: key.kind_ = KeyKind::ed25519; return key;
    case EVP_PKEY_EC:
      EVP_PKEY_get_group_name(key.key_.get(), curve.data(), curve.size(), nullptr);
      if (std::string_view(curve.data()) == "prime256v1") key.kind_ = KeyKind::p256;
      if (std::string_view(curve.data()) == "secp384r1") key.kind_ = KeyKind::p384;
      if (std::string_view(curve.data()) == "secp521r1") key.kind_ = KeyKind::p521;
      if (key.kind_ != KeyKind::secret) return key;
      break;
    default: break;
  }
  return invalid("it must be a key for RSA, of the curve P-256, P-384 or P-521, or for Ed25519");
}

Result<SigningKey> SigningKey::read(std::string text) {
  if (text.empty()) return invalid("it is empty");
  constexpr std::size_t kMaxBytes = 1U << 20U;
  if (text.size() > kMaxBytes) {
    return Error(ErrorKind::exhausted, fmt::format("it has more than {} bytes", kMaxBytes));
  }
  if (text.find("-----BEGIN ") != std::string::npos) return from_pem(text);
  SigningKey key;
  key.secret_ = std::move(text);
  return key;
}

std::string_view SigningKey::default_algorithm() const {
  const auto* const first =
      std::find_if(kAlgorithms.begin(), kAlgorithms.end(),
                   [this](const Algorithm& known) { return known.key == kind_; });
  return first->name;
}

Result<std::string> SigningKey::sign(std::string_view algorithm, std::string_view message) const {
  const auto* const found =
      std::find_if(kAlgorithms.begin(), kAlgorithms.end(),
                   [&](const Algorithm& known) { return known.name == algorithm; });
  if (found == kAlgorithms.end()) {
    return invalid(
        fmt::format("there is no algorithm \"{}\": known are HS256, RS256, PS256, ES256, "
                    "these with 384 and 512, and EdDSA",
                    algorithm));
  }
  if (found->key != kind_) {
    return invalid(fmt::format("{} takes {}, and the secret is {}", algorithm, describe(found->key),
                               describe(kind_)));
  }
  if (kind_ == KeyKind::secret) return hmac(found->digest(), secret_, message);
  auto signature = sign_with(key_.get(), *found, message);
  const bool is_curve = EVP_PKEY_get_base_id(key_.get()) == EVP_PKEY_EC;
  if (!signature || !is_curve) return signature;
  const auto bits = static_cast<std::size_t>(EVP_PKEY_get_bits(key_.get()));
  return numbers_of(*signature, (bits + 7) / 8);
}

}  // namespace millrace
