#include "net/server/server_state.h"

#include "net/server/answer_head.h"

namespace millrace {

const std::string& ServerState::date() {
  const auto now = std::chrono::floor<std::chrono::seconds>(shard.clock().wall());
  if (date_.empty() || now != date_at_) {
    date_ = http_date(now);
    date_at_ = now;
  }
  return date_;
}

}  // namespace millrace
