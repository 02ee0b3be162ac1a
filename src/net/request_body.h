// The body of a request in a form that can be sent any number of times: each attempt and each
// redirect takes an upload of its own. Shared with the uploads, which may outlive the request.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "net/http_request.h"
#include "net/upload.h"

namespace millrace {

class RequestBody {
 public:
  // Nothing to send.
  RequestBody() = default;
  static RequestBody of(Content content);
  // multipart/form-data, the parts separated by `boundary`. Error of kind invalid for a part whose
  // header could not be written.
  static Result<RequestBody> of(std::vector<Part> parts, const std::string& boundary);

  bool empty() const { return pieces_.empty(); }
  // Whether every stream in it can be read from its beginning.
  bool can_send() const;
  std::shared_ptr<Upload> upload() const;

 private:
  using Piece = std::variant<std::shared_ptr<const std::string>, Ref<Reader>>;
  std::vector<Piece> pieces_;
};

}  // namespace millrace
