// Bodies and whole answers that tests serve, small or far larger than memory should hold.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "support/raw_connection.h"

namespace millrace::support {

// A whole answer with Content-Length. `headers` are lines with their CR LF.
std::string answer(std::string_view body, std::string_view status = "200 OK",
                   std::string_view headers = "");
// Only the head: `length` bytes are promised, and follow by other means.
std::string head_for(std::size_t length, std::string_view headers = "");
// The head of a chunked answer; then chunk after chunk; then last_chunk().
std::string chunked_head(std::string_view headers = "");
std::string chunk(std::string_view bytes);
inline std::string_view last_chunk() { return "0\r\n\r\n"; }
// A whole chunked answer in chunks of at most `size` bytes.
std::string chunked_answer(std::string_view body, std::size_t size, std::string_view headers = "");

// Text without repetition: lines of 64 bytes with their number, cut off at `size`.
std::string numbered_lines(std::size_t size);
// A block of 16384 lines of 64 bytes (1 MiB), the unit of stream_lines.
const std::string& line_block();
// Sends `size` bytes of such blocks after a head with their length, holding one block in memory.
bool stream_lines(Connection& connection, std::size_t size);

// deflate comes in two forms: as the standard has it, and as some servers take it.
enum class Encoding { gzip, deflate, raw_deflate, br, zstd };
std::string_view name_of(Encoding encoding);  // as in Content-Encoding

// `piece`, `times` over, compressed without ever being held whole: a bomb where `times` is large.
std::string compressed(Encoding encoding, std::string_view piece, std::size_t times = 1);
// `size` zero bytes (a multiple of 1 MiB, or less than that).
std::string zero_bomb(Encoding encoding, std::size_t size);

}  // namespace millrace::support
