#include "net/tls_farewell.h"

#include <openssl/ssl.h>

namespace millrace {
namespace {

using Said = std::shared_ptr<bool>;

void free_said(void*, void* said, CRYPTO_EX_DATA*, int, long, void*) {
  delete static_cast<Said*>(said);
}

int index_of_said() {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, &free_said);
  return index;
}

void on_event(const SSL* session, int where, int value) {
  if (where != SSL_CB_READ_ALERT || (value & 0xff) != SSL_AD_CLOSE_NOTIFY) return;
  **static_cast<Said*>(SSL_get_ex_data(session, index_of_said())) = true;
}

}  // namespace

// The session owns its share, since curl frees the session when it likes; and a session that
// somebody else held would outlive what curl has put below it.
std::shared_ptr<const bool> watch_for_farewell(ssl_st* session) {
  auto* known = static_cast<Said*>(SSL_get_ex_data(session, index_of_said()));
  if (known != nullptr) return *known;
  auto said = std::make_unique<Said>(std::make_shared<bool>(false));
  if (SSL_set_ex_data(session, index_of_said(), said.get()) != 1) return nullptr;
  SSL_set_info_callback(session, &on_event);
  return *said.release();
}

}  // namespace millrace
