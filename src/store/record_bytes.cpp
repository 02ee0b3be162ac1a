#include "store/record_bytes.h"

#include <fmt/format.h>
#include <zlib.h>

#include <limits>
#include <utility>

#include "base/byte_stream.h"
#include "base/version.h"

namespace millrace {
namespace {

enum class What : std::uint8_t { session = 1, prompt = 2, chunk = 3, definition = 4 };

struct Header {
  What what = What::session;
  std::uint8_t kind = 0;
  std::uint64_t session = 0;
  std::uint64_t epoch = 0;
};

constexpr std::size_t kChecksumAt = 8;
constexpr std::size_t kHeaderSize = 28;

std::uint32_t checksum(std::string_view bytes, std::uint32_t from = 0) {
  return static_cast<std::uint32_t>(
      crc32_z(from, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

std::uint32_t checksum_of_sealed(std::string_view sealed) {
  return checksum(sealed.substr(kChecksumAt + 4), checksum(sealed.substr(0, kChecksumAt)));
}

std::string seal(const Header& header, std::string_view body) {
  ByteWriter out;
  out.add_byte(kRecordVersion);
  out.add_byte(static_cast<std::uint8_t>(header.what));
  out.add_byte(header.kind);
  out.add_byte(0);
  out.add_word(static_cast<std::uint32_t>(body.size()));
  out.add_word(std::uint32_t{0});
  out.add_word(header.session);
  out.add_word(header.epoch);
  out.add_raw(body);
  std::string sealed = std::move(out).take();
  const std::uint32_t sum = checksum_of_sealed(sealed);
  std::memcpy(sealed.data() + kChecksumAt, &sum, sizeof(sum));
  return sealed;
}

std::string name_of(What what, std::uint64_t session) {
  switch (what) {
    case What::session: return fmt::format("session {}", session);
    case What::prompt: return fmt::format("a prompt of session {}", session);
    case What::chunk: return fmt::format("a body of session {}", session);
    case What::definition: break;
  }
  return "a definition";
}

Error damaged(What what, std::uint64_t session, std::string_view how) {
  return Error(ErrorKind::bug,
               fmt::format("the stored bytes of {} are damaged: {}", name_of(what, session), how));
}

struct Opened {
  Header header;
  std::string_view body;
};

Result<Opened> open_sealed(What what, std::uint64_t session, std::string_view sealed) {
  if (sealed.empty()) return damaged(what, session, "there are none");
  const auto version = static_cast<std::uint8_t>(sealed.front());
  // A flipped bit in the version is damage, and a later version has its checksum elsewhere, so
  // only the rest can tell which of the two it is.
  const bool is_ours = sealed.size() >= kHeaderSize;
  if (version != kRecordVersion) {
    std::string as_ours(sealed);
    as_ours.front() = static_cast<char>(kRecordVersion);
    std::uint32_t sum = 0;
    if (is_ours) std::memcpy(&sum, sealed.data() + kChecksumAt, sizeof(sum));
    if (!is_ours || sum != checksum_of_sealed(as_ours)) {
      return Error(ErrorKind::invalid,
                   fmt::format("{} is stored in format {}, and Millrace {} reads formats up to {}: "
                               "start the release that wrote it, or a later one",
                               name_of(what, session), version, kVersion, kRecordVersion));
    }
    return damaged(what, session, "the version of their format");
  }
  if (!is_ours) return damaged(what, session, "they are cut short");
  ByteReader in(sealed);
  in.next_byte();
  Opened opened;
  const std::uint8_t found = in.next_byte();
  opened.header.kind = in.next_byte();
  in.next_byte();
  const auto length = in.next_word<std::uint32_t>();
  const auto sum = in.next_word<std::uint32_t>();
  opened.header.session = in.next_word<std::uint64_t>();
  opened.header.epoch = in.next_word<std::uint64_t>();
  opened.body = in.rest();
  if (length != opened.body.size()) return damaged(what, session, "their length");
  if (sum != checksum_of_sealed(sealed)) return damaged(what, session, "their checksum");
  if (found != static_cast<std::uint8_t>(what) || opened.header.session != session) {
    return damaged(what, session, "they are of something else");
  }
  opened.header.what = what;
  return opened;
}

void add_time(ByteWriter& out, WallTime at) {
  out.add_word(static_cast<std::int64_t>(at.time_since_epoch().count()));
}
WallTime next_time(ByteReader& in) { return WallTime(Nanos(in.next_word<std::int64_t>())); }

void add_time(ByteWriter& out, const std::optional<WallTime>& at) {
  out.add_flag(at.has_value());
  if (at) add_time(out, *at);
}
std::optional<WallTime> next_optional_time(ByteReader& in) {
  if (!in.next_flag()) return std::nullopt;
  return next_time(in);
}

std::string next_text(ByteReader& in) { return std::string(in.next_chars()); }

struct PayloadFacts {
  std::uint64_t size = 0;
  std::uint32_t sum = 0;
};

Result<SessionRecord> decode_with_facts(std::uint64_t session, std::string_view bytes,
                                        PayloadFacts& payload) {
  MILLRACE_TRY_ASSIGN(opened, open_sealed(What::session, session, bytes));
  ByteReader in(opened.body);
  SessionRecord record;
  record.session = session;
  record.epoch = opened.header.epoch;
  const std::uint8_t kind = opened.header.kind;
  if (kind < static_cast<std::uint8_t>(RecordKind::started) ||
      kind > static_cast<std::uint8_t>(RecordKind::ended)) {
    in.fail();
  }
  record.kind = static_cast<RecordKind>(kind);
  record.status = static_cast<SessionStatus>(in.next_below(kSessionStatuses));
  record.workflow = next_text(in);
  record.workflow_id = in.next_number();
  record.created_by = in.next_number();
  record.created = next_time(in);
  record.changed = next_time(in);
  record.wake_at = next_optional_time(in);
  record.purge_at = next_optional_time(in);
  record.plan = next_text(in);
  record.start_key = next_text(in);
  record.summary = next_text(in);
  payload.size = in.next_number();
  payload.sum = in.next_word<std::uint32_t>();
  if (!in.at_end()) return damaged(What::session, session, "their fields");
  return record;
}

}  // namespace

std::string encode_record(const SessionRecord& record) {
  ByteWriter out;
  out.add_number(static_cast<std::uint64_t>(record.status));
  out.add_chars(record.workflow);
  out.add_number(record.workflow_id);
  out.add_number(record.created_by);
  add_time(out, record.created);
  add_time(out, record.changed);
  add_time(out, record.wake_at);
  add_time(out, record.purge_at);
  out.add_chars(record.plan);
  out.add_chars(record.start_key);
  out.add_chars(record.summary);
  out.add_number(record.payload.size());
  out.add_word(checksum(record.payload));
  return seal({What::session, static_cast<std::uint8_t>(record.kind), record.session, record.epoch},
              out.bytes());
}

Result<SessionRecord> decode_record(std::uint64_t session, std::string_view bytes) {
  PayloadFacts facts;
  return decode_with_facts(session, bytes, facts);
}

Result<SessionRecord> decode_record(std::uint64_t session, std::string_view bytes,
                                    std::string_view payload) {
  PayloadFacts facts;
  auto record = decode_with_facts(session, bytes, facts);
  if (!record) return record;
  if (facts.size != payload.size() || facts.sum != checksum(payload)) {
    return damaged(What::session, session, "the checksum of its state");
  }
  record->payload = payload;
  return record;
}

std::string encode_prompt(const PromptRecord& prompt) {
  ByteWriter out;
  out.add_number(prompt.state);
  out.add_number(prompt.owner);
  out.add_chars(prompt.step);
  out.add_chars(prompt.ref);
  add_time(out, prompt.created);
  out.add_chars(prompt.payload);
  return seal({What::prompt, 0, prompt.session, 0}, out.bytes());
}

Result<PromptRecord> decode_prompt(std::uint64_t session, std::string_view bytes) {
  MILLRACE_TRY_ASSIGN(opened, open_sealed(What::prompt, session, bytes));
  ByteReader in(opened.body);
  PromptRecord prompt;
  prompt.session = session;
  prompt.state = in.next_number();
  prompt.owner = in.next_number();
  prompt.step = next_text(in);
  prompt.ref = next_text(in);
  prompt.created = next_time(in);
  prompt.payload = next_text(in);
  if (!in.at_end()) return damaged(What::prompt, session, "their fields");
  return prompt;
}

std::string encode_chunk(const ChunkPlace& place, std::string_view content) {
  ByteWriter out;
  out.add_number(place.body);
  out.add_number(place.number);
  out.add_raw(content);
  return seal({What::chunk, 0, place.session, 0}, out.bytes());
}

Result<std::string> decode_chunk(const ChunkPlace& place, std::string_view bytes) {
  MILLRACE_TRY_ASSIGN(opened, open_sealed(What::chunk, place.session, bytes));
  ByteReader in(opened.body);
  const bool is_it = in.next_number() == place.body && in.next_number() == place.number;
  if (in.failed() || !is_it) return damaged(What::chunk, place.session, "they are of another one");
  return std::string(in.rest());
}

std::string encode_definition(std::string_view hash, std::string_view content) {
  ByteWriter out;
  out.add_chars(hash);
  out.add_raw(content);
  return seal({What::definition, 0, 0, 0}, out.bytes());
}

Result<std::string> decode_definition(std::string_view hash, std::string_view bytes) {
  MILLRACE_TRY_ASSIGN(opened, open_sealed(What::definition, 0, bytes));
  ByteReader in(opened.body);
  const bool is_it = in.next_chars() == hash;
  if (in.failed() || !is_it) return damaged(What::definition, 0, "they are of another one");
  return std::string(in.rest());
}

}  // namespace millrace
