// Certificates for tests, made anew each time: an authority and what it signs.
#pragma once

#include <chrono>
#include <string>

namespace millrace::support {

struct Identity {
  std::string certificate;  // PEM
  std::string key;          // PEM
};

struct Wish {
  std::string host = "127.0.0.1";  // an address or a name
  std::chrono::seconds from = std::chrono::hours(-1);
  std::chrono::seconds until = std::chrono::hours(24);  // negative: it has expired
};

class Authority {
 public:
  explicit Authority(const std::string& name);
  const std::string& certificate() const { return own_.certificate; }
  Identity issue(const Wish& wish = {}) const;

 private:
  Identity own_;
};

Identity self_signed(const Wish& wish = {});
// The same key behind a password.
std::string encrypted(const std::string& key);

}  // namespace millrace::support
