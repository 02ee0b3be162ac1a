// SHA-256, whole or piece by piece, as lower-case hexadecimal digits.
#pragma once

#include <string>
#include <string_view>

extern "C" struct evp_md_ctx_st;

namespace millrace::support {

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  Sha256& add(std::string_view bytes);
  std::string hex();  // once, at the end

 private:
  evp_md_ctx_st* state_;
};

inline std::string sha256(std::string_view bytes) { return Sha256().add(bytes).hex(); }

}  // namespace millrace::support
