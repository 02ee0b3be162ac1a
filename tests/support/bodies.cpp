#include "support/bodies.h"

#include <algorithm>
#include <cstdio>

namespace millrace::support {

namespace {

constexpr std::size_t kBlock = 1U << 20U;

std::string line(std::size_t number) {
  char text[65];
  std::snprintf(text, sizeof text, "line %010zu: the quick brown fox jumps over the lazy dog ....",
                number);
  std::string whole(text, 63);
  whole += '\n';
  return whole;
}

}  // namespace

std::string head_for(std::size_t length, std::string_view headers) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(length) + "\r\n" +
         std::string(headers) + "\r\n";
}

std::string answer(std::string_view body, std::string_view status, std::string_view headers) {
  return "HTTP/1.1 " + std::string(status) + "\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n" + std::string(headers) + "\r\n" + std::string(body);
}

std::string chunked_head(std::string_view headers) {
  return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n" + std::string(headers) + "\r\n";
}

std::string chunk(std::string_view bytes) {
  char size[20];
  std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
  return size + std::string(bytes) + "\r\n";
}

std::string chunked_answer(std::string_view body, std::size_t size, std::string_view headers) {
  std::string whole = chunked_head(headers);
  for (; !body.empty(); body.remove_prefix(std::min(size, body.size()))) {
    whole += chunk(body.substr(0, size));
  }
  return whole.append(last_chunk());
}

std::string numbered_lines(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; text.size() < size; ++i) text += line(i);
  text.resize(size);
  return text;
}

const std::string& line_block() {
  static const std::string block = numbered_lines(kBlock);
  return block;
}

bool stream_lines(Connection& connection, std::size_t size) {
  bool open = connection.send(head_for(size, "Content-Type: text/plain\r\n"));
  for (; open && size > 0; size -= std::min(size, kBlock)) {
    open = connection.send(std::string_view(line_block()).substr(0, size));
  }
  return open;
}

std::string zero_bomb(Encoding encoding, std::size_t size) {
  const std::string zeros(std::min(size, kBlock), '\0');
  return zeros.empty() ? compressed(encoding, "")
                       : compressed(encoding, zeros, size / zeros.size());
}

}  // namespace millrace::support
