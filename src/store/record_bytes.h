// What is stored, as bytes: each piece with a version, its length and a checksum, so that what a
// disk has changed is told from what was written. The format is in files of users: a version never
// changes its meaning.
//
//   version 1 | what 1 | kind 1 | zero 1 | length of the body 4 | CRC-32 of all else 4 |
//   session 8 | epoch 8 | body
//
// Words are little-endian.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "engine/journal_record.h"

namespace millrace {

inline constexpr std::uint8_t kRecordVersion = 1;

// The record without its prompts and its payload, of which it has the length and the checksum.
std::string encode_record(const SessionRecord& record);
// Errors: invalid for a version that this release does not read; bug for bytes that are not what
// encode_record() wrote of that session. Both name it.
Result<SessionRecord> decode_record(std::uint64_t session, std::string_view bytes);
// The same, and its payload.
Result<SessionRecord> decode_record(std::uint64_t session, std::string_view bytes,
                                    std::string_view payload);

std::string encode_prompt(const PromptRecord& prompt);
Result<PromptRecord> decode_prompt(std::uint64_t session, std::string_view bytes);

std::string encode_chunk(const ChunkPlace& place, std::string_view content);
Result<std::string> decode_chunk(const ChunkPlace& place, std::string_view bytes);

// The content of a definition belongs to no session.
std::string encode_definition(std::string_view hash, std::string_view content);
Result<std::string> decode_definition(std::string_view hash, std::string_view bytes);

}  // namespace millrace
