#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <new>
#include <string>

#include "workflow/encode.h"
#include "workflow/plan.h"
#include "workflow/write.h"

namespace millrace {

std::string content_of(const Workflow& workflow) {
  return to_json(encode_workflow(workflow, Format::json));
}

std::string content_hash(std::string_view content) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (EVP_Digest(content.data(), content.size(), digest.data(), &length, EVP_sha256(), nullptr) !=
      1) {
    throw std::bad_alloc();  // the only way in which it can fail
  }
  std::string text;
  for (unsigned int i = 0; i < length; ++i) text += fmt::format("{:02x}", digest[i]);
  return text;
}

}  // namespace millrace
