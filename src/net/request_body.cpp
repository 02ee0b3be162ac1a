#include "net/request_body.h"

#include <fmt/format.h>

#include <algorithm>

#include "net/reader_upload.h"

namespace millrace {
namespace {

std::shared_ptr<const std::string> shared(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

// As browsers write the names in a multipart header; but what would break its line is an error.
Result<std::string> in_quotes(std::string_view field, std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    if (c == '\r' || c == '\n' || c == '\0') {
      return Error(
          ErrorKind::invalid,
          fmt::format("the {} of a part of \"multipart\" holds a line break or NUL: remove it",
                      field));
    }
    if (c == '"') {
      out += "%22";
    } else {
      out += c;
    }
  }
  return out + "\"";
}

// One after another.
class Sequence final : public Upload {
 public:
  explicit Sequence(std::vector<std::shared_ptr<Upload>> uploads) : uploads_(std::move(uploads)) {}

  std::int64_t size() const override {
    std::int64_t total = 0;
    for (const auto& upload : uploads_) {
      if (upload->size() < 0) return -1;
      total += upload->size();
    }
    return total;
  }

  Result<std::optional<std::size_t>> read(std::span<char> into) override {
    while (at_ < uploads_.size()) {
      auto read = uploads_[at_]->read(into);
      if (!read || !*read || **read > 0) return read;
      ++at_;
    }
    return std::optional<std::size_t>(0);
  }

  void on_ready(std::function<void()> told) override {
    for (const auto& upload : uploads_) upload->on_ready(told);
  }

  bool rewind() override {
    at_ = 0;
    return std::ranges::all_of(uploads_, [](const auto& upload) { return upload->rewind(); });
  }

 private:
  std::vector<std::shared_ptr<Upload>> uploads_;
  std::size_t at_ = 0;
};

}  // namespace

RequestBody RequestBody::of(Content content) {
  RequestBody body;
  if (auto* text = std::get_if<std::string>(&content)) {
    body.pieces_.emplace_back(shared(std::move(*text)));
  } else if (auto* reader = std::get_if<Ref<Reader>>(&content)) {
    body.pieces_.emplace_back(std::move(*reader));
  }
  return body;
}

Result<RequestBody> RequestBody::of(std::vector<Part> parts, const std::string& boundary) {
  RequestBody body;
  std::string before = "--" + boundary;
  for (Part& part : parts) {
    MILLRACE_TRY_ASSIGN(name, in_quotes("name", part.name));
    MILLRACE_TRY_ASSIGN(filename, in_quotes("filename", part.filename));
    std::string head = before + "\r\nContent-Disposition: form-data; name=" + name;
    if (!part.filename.empty()) head += "; filename=" + filename;
    if (!part.content_type.empty()) {
      MILLRACE_TRY(check_header("Content-Type", part.content_type));
      head += "\r\nContent-Type: " + part.content_type;
    }
    body.pieces_.emplace_back(shared(head + "\r\n\r\n"));
    RequestBody content = of(std::move(part.content));
    body.pieces_.insert(body.pieces_.end(), content.pieces_.begin(), content.pieces_.end());
    before = "\r\n--" + boundary;
  }
  body.pieces_.emplace_back(shared(before + "--\r\n"));
  return body;
}

bool RequestBody::can_send() const {
  return std::ranges::all_of(pieces_, [](const Piece& piece) {
    const auto* reader = std::get_if<Ref<Reader>>(&piece);
    return reader == nullptr || ReaderUpload::can_send(**reader);
  });
}

std::shared_ptr<Upload> RequestBody::upload() const {
  std::vector<std::shared_ptr<Upload>> uploads;
  for (const Piece& piece : pieces_) {
    if (const auto* text = std::get_if<std::shared_ptr<const std::string>>(&piece)) {
      uploads.push_back(std::make_shared<TextUpload>(*text));
    } else {
      uploads.push_back(std::make_shared<ReaderUpload>(std::get<Ref<Reader>>(piece)));
    }
  }
  if (uploads.size() == 1) return uploads.front();
  return std::make_shared<Sequence>(std::move(uploads));
}

}  // namespace millrace
