// jwtGenerate against the vectors of RFC 7515, RFC 8037 and the reference, and what it refuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "function/calling.h"
#include "function/jwt/claims.h"
#include "function/jwt/signing.h"
#include "function/keys.h"
#include "value/base64.h"
#include "value/json.h"

namespace millrace {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string from_base64url(std::string text) {
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  text.append((4 - text.size() % 4) % 4, '=');
  return from_base64(text).value_or("not base64");
}

std::string signature_of(std::string_view secret, std::string_view algorithm,
                         std::string_view message) {
  auto key = SigningKey::read(std::string(secret));
  EXPECT_TRUE(key) << key.error().message();
  if (!key) return "";
  auto signature = key->sign(algorithm, message);
  return signature ? to_base64url(*signature) : "failed: " + signature.error().message();
}

constexpr std::string_view kRfcPayload =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlf"
    "Q";

TEST(Signing, GivesTheSignaturesOfTheStandards) {
  const std::string secret = from_base64url(
      "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
  EXPECT_EQ(signature_of(secret, "HS256",
                         "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + std::string(kRfcPayload)),
            "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
  EXPECT_EQ(
      signature_of(keys::kRsaKey, "RS256", "eyJhbGciOiJSUzI1NiJ9." + std::string(kRfcPayload)),
      "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W"
      "2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkS"
      "jtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnv"
      "Wh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw");
  EXPECT_EQ(
      signature_of(keys::kEd25519Key, "EdDSA",
                   "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"),
      "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");
}

EVP_PKEY* key_of(std::string_view pem) {
  BIO* source = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  EVP_PKEY* key = PEM_read_bio_PrivateKey(source, nullptr, nullptr, nullptr);
  BIO_free(source);
  return key;
}

std::string der_of(std::string_view numbers) {
  const auto half = static_cast<int>(numbers.size() / 2);
  const auto* at = reinterpret_cast<const unsigned char*>(numbers.data());
  ECDSA_SIG* parsed = ECDSA_SIG_new();
  ECDSA_SIG_set0(parsed, BN_bin2bn(at, half, nullptr), BN_bin2bn(at + half, half, nullptr));
  unsigned char* bytes = nullptr;
  const int size = i2d_ECDSA_SIG(parsed, &bytes);
  std::string der(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  ECDSA_SIG_free(parsed);
  return der;
}

bool verifies(std::string_view pem, const EVP_MD* digest, bool is_pss, std::string_view message,
              const std::string& signature) {
  EVP_PKEY* key = key_of(pem);
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_PKEY_CTX* options = nullptr;
  bool holds = EVP_DigestVerifyInit(context, &options, digest, nullptr, key) == 1;
  if (is_pss) {
    holds = holds && EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1 &&
            EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1;
  }
  holds = holds &&
          EVP_DigestVerify(context, reinterpret_cast<const unsigned char*>(signature.data()),
                           signature.size(), reinterpret_cast<const unsigned char*>(message.data()),
                           message.size()) == 1;
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
  return holds;
}

TEST(Signing, SignaturesWithChanceInThemVerify) {
  struct Case {
    std::string_view pem;
    std::string_view algorithm;
    const EVP_MD* digest;
    std::size_t size;
    bool is_pss;
  };
  const Case cases[] = {{keys::kP256Key, "ES256", EVP_sha256(), 64, false},
                        {keys::kP384Key, "ES384", EVP_sha384(), 96, false},
                        {keys::kP521Key, "ES512", EVP_sha512(), 132, false},
                        {keys::kRsaKey, "PS256", EVP_sha256(), 256, true},
                        {keys::kRsaKey, "PS384", EVP_sha384(), 256, true},
                        {keys::kRsaKey, "PS512", EVP_sha512(), 256, true},
                        {keys::kRsaKey, "RS384", EVP_sha384(), 256, false},
                        {keys::kRsaKey, "RS512", EVP_sha512(), 256, false}};
  for (const Case& one : cases) {
    // Again and again: the numbers of a curve's signature are shorter at times.
    for (int round = 0; round < (one.algorithm.starts_with('E') ? 50 : 2); ++round) {
      const std::string message = "head.body" + std::to_string(round);
      const std::string bytes = from_base64url(signature_of(one.pem, one.algorithm, message));
      ASSERT_EQ(bytes.size(), one.size) << one.algorithm;
      EXPECT_TRUE(verifies(one.pem, one.digest, one.is_pss, message,
                           one.algorithm.starts_with('E') ? der_of(bytes) : bytes))
          << one.algorithm;
    }
  }
}

TEST(Signing, AnAlgorithmThatDoesNotGoWithTheSecretIsRefused) {
  struct Case {
    std::string_view secret;
    std::string_view algorithm;
    std::string_view error;
  };
  const Case cases[] = {
      {"x", "none", "there is no algorithm \"none\""},
      {"x", "hs256", "there is no algorithm \"hs256\""},
      {"x", "RS256", "RS256 takes an RSA key, and the secret is a secret that is no key in PEM"},
      {keys::kRsaKey, "HS256",
       "HS256 takes a secret that is no key in PEM, and the secret is an RSA"},
      {keys::kP256Key, "ES384", "ES384 takes a key of the curve P-384"},
      {keys::kEd25519Key, "ES256", "the secret is an Ed25519 key"},
  };
  for (const Case& one : cases) {
    EXPECT_THAT(signature_of(one.secret, one.algorithm, "m"), HasSubstr(one.error));
  }
}

std::string refusal_of(std::string secret) {
  auto key = SigningKey::read(std::move(secret));
  return key ? "none" : key.error().message();
}

std::string der(char tag, const std::string& content) {
  std::string out(1, tag);
  if (content.size() < 128) {
    out += static_cast<char>(content.size());
  } else {
    out += '\x82';
    out += static_cast<char>(content.size() >> 8U);
    out += static_cast<char>(content.size() & 255U);
  }
  return out + content;
}

// A key in form only: its modulus has so many bytes, the other numbers are 1.
std::string rsa_key_of(std::size_t bytes) {
  std::string numbers = der(2, std::string(1, '\0')) + der(2, std::string(bytes, '\x7F'));
  for (int i = 0; i < 7; ++i) numbers += der(2, "\x01");
  return "-----BEGIN RSA PRIVATE KEY-----\n" + to_base64(der(0x30, numbers)) +
         "\n-----END RSA PRIVATE KEY-----\n";
}

TEST(Signing, SecretsThatAreNoneAreRefusedWithoutShowingThem) {
  EXPECT_EQ(refusal_of(""), "it is empty");
  EXPECT_THAT(refusal_of(std::string(keys::kLockedKey)), StartsWith("it is no private key in PEM"));
  EXPECT_THAT(refusal_of(std::string(keys::kPublicKey)), StartsWith("it is no private key in PEM"));
  EXPECT_THAT(refusal_of(std::string(keys::kSecp256k1Key)), StartsWith("it must be a key for RSA"));
  EXPECT_THAT(refusal_of(rsa_key_of(2048)), HasSubstr("more than 8192 bits"));
  EXPECT_THAT(refusal_of(std::string(2 << 20, 'x')), HasSubstr("more than 1048576 bytes"));
  const std::string broken =
      "-----BEGIN PRIVATE KEY-----\nVGhlIHNlY3JldA==\n-----END PRIVATE KEY-----\n";
  EXPECT_THAT(refusal_of(broken), Not(HasSubstr("VGhl")));
  EXPECT_THAT(refusal_of("-----BEGIN secret"), Not(HasSubstr("secret\"")));
}

std::string claims(std::string_view payload, std::string_view scopes = "") {
  auto result = claims_of(*from_json_input(payload), scopes);
  if (!result) return result.error().message();
  return std::get<std::string>(to_json(Value::map(*result)));
}

TEST(Claims, TakeTheirForm) {
  struct Row {
    std::string_view payload;
    std::string_view claims;
  };
  constexpr Row kRows[] = {
      {R"({"key": "value"})", R"({"key":"value","scope":[]})"},
      {R"({"scope": "mine"})", R"({"scope":[]})"},
      {R"({"aud": "a"})", R"({"aud":["a"],"scope":[]})"},
      {R"({"aud": ["a", "b"]})", R"({"aud":["a","b"],"scope":[]})"},
      {R"({"exp": 1700000000.9, "iat": "1700000001", "nbf": {"@type": "Integer", "@value": 5}})",
       R"({"exp":1700000000,"iat":1700000001,"nbf":5,"scope":[]})"},
      {R"({"exp": {"@type": "DateTime", "@value": "2021-03-04T05:06:07.9+02:00"}})",
       R"({"exp":1614827167,"scope":[]})"},
      {R"({"aud": 4})", R"(the claim "aud" must be a text or a list of texts, not Float 4)"},
      {R"({"aud": ["a", 4]})", R"(the claim "aud" must be a text or a list of texts, not a list)"},
      {R"({"exp": "soon"})",
       R"(the claim "exp" must be a DateTime or a number of seconds since 1970, not text "soon")"},
      {R"({"exp": null})",
       R"(the claim "exp" must be a DateTime or a number of seconds since 1970, not null)"},
      {R"({"exp": 1e300})",
       R"(the claim "exp" must be a DateTime or a number of seconds since 1970, not Float 1e+300)"},
      {R"({"exp": {"@type": "DateTime", "@value": null}})",
       R"(the claim "exp" must be a DateTime or a number of seconds since 1970, not an empty DateTime)"},
      {R"({"iss": 4})", R"(the claim "iss" must be a text, not Float 4)"},
      {R"({"jti": null})", R"(the claim "jti" must be a text, not null)"},
  };
  for (const Row& row : kRows) EXPECT_EQ(claims(row.payload), row.claims) << row.payload;
}

TEST(Claims, ScopesAreAList) {
  EXPECT_EQ(claims("{}", "scope scope2"), R"({"scope":["scope","scope2"]})");
  EXPECT_EQ(claims("{}", ", a,,b  c ,"), R"({"scope":["a","b","c"]})");
}

std::string token(Dict arguments) {
  const Dict results = results_of("jwtGenerate", std::move(arguments));
  return text_of(results, results.contains("token") ? "token" : "failed");
}

// Header and claims of a token, readable.
std::string content(const std::string& token) {
  const std::size_t dot = token.find('.');
  const std::size_t second = token.find('.', dot + 1);
  if (second == std::string::npos) return token;
  return from_base64url(token.substr(0, dot)) + " " +
         from_base64url(token.substr(dot + 1, second - dot - 1));
}

TEST(JwtGenerate, GivesTheTokenOfTheReference) {
  EXPECT_EQ(
      token({{"scope", Value::text("scope scope2")},
             {"header", Value::vars({})},
             {"payload", Value::vars({{"key", Value::text("value").with_type(Type::String)}})},
             {"secret", Value::text("*silly-secret*")}}),
      "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJrZXkiOiJ2YWx1ZSIsInNjb3BlIjpbInNjb3BlIiwic2NvcGUy"
      "Il19.hvdRtewS0d8wPHF-oNHj0BaeOhgmmJkmerzg_qUI1Uo");
}

TEST(JwtGenerate, HeaderAndPayloadMayBeJson) {
  EXPECT_EQ(
      content(token({{"header", Value::text(R"({"kid": "7", "alg": "HS512", "typ": "at+jwt"})")},
                     {"payload", Value::text(R"({"z": 9007199254740993, "a": {"b": "<"}})")},
                     {"secret", Value::reader(make_ref<TextReader>("s"))}})),
      R"({"alg":"HS512","kid":"7","typ":"at+jwt"} )"
      R"({"a":{"b":"\u003c"},"scope":[],"z":9007199254740993})");
}

TEST(JwtGenerate, TheKeyChoosesTheAlgorithm) {
  const auto header = [](std::string_view pem) {
    const std::string both =
        content(token({{"payload", Value::map({})}, {"secret", Value::text(pem)}}));
    return both.substr(0, both.find(' '));
  };
  EXPECT_EQ(header(keys::kRsaKey), R"({"alg":"RS256","typ":"JWT"})");
  EXPECT_EQ(header(keys::kP256Key), R"({"alg":"ES256","typ":"JWT"})");
  EXPECT_EQ(header(keys::kP384Key), R"({"alg":"ES384","typ":"JWT"})");
  EXPECT_EQ(header(keys::kP521Key), R"({"alg":"ES512","typ":"JWT"})");
  EXPECT_EQ(header(keys::kEd25519Key), R"({"alg":"EdDSA","typ":"JWT"})");
}

TEST(JwtGenerate, NestedTypesAreDropped) {
  const Value payload = *from_typed_json(R"({"@type": "Vars", "@value": {
    "user": {"@type": "Vars", "@value": {"id": {"@type": "Integer", "@value": 4}}},
    "file": {"@type": "Reader", "@value": "text"}}})");
  EXPECT_EQ(content(token({{"payload", payload}, {"secret", Value::text("s")}})),
            R"({"alg":"HS256","typ":"JWT"} {"file":"text","scope":[],"user":{"id":4}})");
}

TEST(JwtGenerate, SaysWhichArgumentIsWrong) {
  const Value secret = Value::text("do-not-show-this");
  struct Case {
    Dict arguments;
    std::string_view error;
  };
  const Case cases[] = {
      {{}, "invalid: argument \"secret\" of step 7: it is empty"},
      {{{"secret", secret}, {"header", Value::text("{")}},
       "invalid: argument \"header\" of step 7: bad JSON at line 1, column 2: it ends too early"},
      {{{"secret", secret}, {"payload", Value::text("[]")}},
       "invalid: argument \"payload\" of step 7: it is JSON, but no object"},
      {{{"secret", secret}, {"payload", Value::list({})}},
       "invalid: argument \"payload\" of step 7"},
      {{{"secret", secret}, {"header", Value::map({{"alg", Value::text("none")}})}},
       "invalid: argument \"header\" of step 7: there is no algorithm \"none\""},
      {{{"secret", secret}, {"header", Value::map({{"alg", Value::floating(1)}})}},
       "invalid: argument \"header\" of step 7: \"alg\" must be a text"},
      {{{"secret", secret}, {"header", Value::map({{"b64", Value::boolean(false)}})}},
       "invalid: argument \"header\" of step 7: \"b64\" must not be false in a token"},
      {{{"secret", secret}, {"payload", Value::map({{"exp", Value::text("x")}})}},
       "invalid: argument \"payload\" of step 7: the claim \"exp\""},
      {{{"secret", secret}, {"payload", Value::map({{"x", Value::floating(std::nan(""))}})}},
       "invalid: argument \"payload\" of step 7: JSON has no form"},
      {{{"secret", Value::list({secret})}}, "invalid: argument \"secret\" of step 7"},
  };
  for (const Case& one : cases) {
    const std::string error = token(one.arguments);
    EXPECT_THAT(error, StartsWith(one.error));
    EXPECT_THAT(error, Not(HasSubstr("do-not-show")));
  }
}

TEST(JwtGenerate, DeepJsonIsRefused) {
  EXPECT_THAT(
      token({{"secret", Value::text("s")}, {"payload", Value::text(std::string(9999, '['))}}),
      HasSubstr("nests deeper"));
}

}  // namespace
}  // namespace millrace
