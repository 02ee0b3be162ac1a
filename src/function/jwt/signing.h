// Signatures of JSON web tokens (RFC 7518, section 3; RFC 8037), made by OpenSSL.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"

struct evp_pkey_st;

namespace millrace {

enum class KeyKind : std::uint8_t { secret, rsa, p256, p384, p521, ed25519 };

// A secret for HMAC, or a private key that was read from PEM. No error tells anything of it.
class SigningKey {
 public:
  // What holds a PEM block is a key: RSA, of an elliptic curve, or Ed25519, and not encrypted. Any
  // other text is a secret of HMAC; an empty one is an error.
  static Result<SigningKey> read(std::string text);

  // HS256 for a secret; RS256, EdDSA, or what belongs to the curve (ES256, ES384, ES512) for a key.
  std::string_view default_algorithm() const;

  // HS, RS, PS and ES with 256, 384 or 512, and EdDSA. The signature as a token carries it, still
  // in bytes. Error (invalid) for another algorithm and for one that this key is not for.
  Result<std::string> sign(std::string_view algorithm, std::string_view message) const;

 private:
  SigningKey() = default;
  static Result<SigningKey> from_pem(std::string_view pem);

  KeyKind kind_ = KeyKind::secret;
  std::string secret_;
  std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace millrace
