#include "engine/session_image.h"

#include <fmt/format.h>

#include <utility>

#include "base/byte_stream.h"
#include "engine/error_bytes.h"
#include "engine/replace_readers.h"
#include "value/pack.h"

namespace millrace {
namespace {

constexpr std::uint8_t kImageVersion = 1;
constexpr std::uint8_t kOutcomeVersion = 1;

Result<ByteReader> body_of(std::string_view bytes, std::uint8_t version, std::string_view what) {
  ByteReader in(bytes);
  if (const std::uint8_t found = in.next_byte(); found != version && !in.failed()) {
    return Error(ErrorKind::invalid,
                 fmt::format("{} is stored in format {}; this release reads format {}: use the "
                             "release that wrote it",
                             what, found, version));
  }
  return in;
}

Error damaged(std::string_view what) {
  return {ErrorKind::bug, fmt::format("{} is damaged or was not written by Millrace", what)};
}

// Readers in what is shown only are stored as their beginnings.
Result<std::string> packed_for_show(const Dict& vars, std::vector<StoredReader>& readers) {
  MILLRACE_TRY_ASSIGN(packed, pack(Value::vars(vars)));
  for (const Ref<Reader>& reader : packed.readers) {
    StoredReader& stored = readers.emplace_back();
    stored.kept = StoredReader::Kept::beginning;
    const auto content = reader->drained();
    if (content && *content) stored.text = (*content)->substr(0, kExcerptBytes);
  }
  return std::move(packed.bytes);
}

void add_readers(ByteWriter& out, const std::vector<StoredReader>& readers) {
  out.add_number(readers.size());
  for (const StoredReader& reader : readers) {
    out.add_byte(static_cast<std::uint8_t>(reader.kept));
    out.add_chars(reader.text);
    out.add_number(reader.body);
    out.add_number(reader.chunks);
  }
}

std::vector<StoredReader> next_readers(ByteReader& in) {
  std::vector<StoredReader> readers(in.next_count());
  for (StoredReader& reader : readers) {
    reader.kept = static_cast<StoredReader::Kept>(in.next_below(4));
    reader.text = in.next_chars();
    reader.body = in.next_number();
    reader.chunks = in.next_number();
  }
  return readers;
}

// Readers among them are beginnings of readers.
Result<Dict> next_vars(ByteReader& in, const std::vector<StoredReader>& readers) {
  std::vector<Ref<Reader>> beginnings;
  beginnings.reserve(readers.size());
  for (const StoredReader& reader : readers) {
    beginnings.emplace_back(make_ref<Excerpt>(reader.text, true, std::nullopt));
  }
  MILLRACE_TRY_ASSIGN(value, unpack(in.next_chars(), beginnings));
  if (!value.has_dict()) in.fail();
  return value.has_dict() ? value.dict() : Dict();
}

// Readers among the facts of an error are stored as their beginnings; what cannot be stored is left
// out, for the error itself says what happened.
void add_facts(ByteWriter& out, const Dict& facts) {
  std::vector<StoredReader> readers;
  auto packed = packed_for_show(facts, readers);
  if (!packed) readers.clear();
  add_readers(out, readers);
  out.add_chars(packed ? *packed : pack(Value::vars({}))->bytes);
}

Dict next_facts(ByteReader& in) {
  const std::vector<StoredReader> readers = next_readers(in);
  auto facts = next_vars(in, readers);
  if (!facts) in.fail();
  return facts ? std::move(*facts) : Dict();
}

}  // namespace

Result<std::string> write_image(const SessionImage& image) {
  std::vector<StoredReader> of_facts;
  MILLRACE_TRY_ASSIGN(facts, packed_for_show(image.facts, of_facts));
  ByteWriter out;
  out.add_byte(kImageVersion);
  out.add_word(image.began.time_since_epoch().count());
  out.add_flag(image.limit.has_value());
  if (image.limit) {
    out.add_word(image.limit->length.count());
    out.add_chars(image.limit->setter);
  }
  out.add_number(image.depth);
  out.add_flag(image.caller.has_value());
  if (image.caller) {
    out.add_number(image.caller->session);
    out.add_number(image.caller->execution);
    out.add_flag(image.caller->waits);
  }
  out.add_flag(image.kept.has_value());
  if (image.kept) out.add_word(image.kept->count());
  add_readers(out, of_facts);
  out.add_chars(facts);
  add_readers(out, image.readers);
  out.add_chars(image.frontier);
  return std::move(out).take();
}

Result<SessionImage> read_image(std::string_view bytes) {
  constexpr std::string_view kWhat = "a session";
  MILLRACE_TRY_ASSIGN(in, body_of(bytes, kImageVersion, kWhat));
  SessionImage image;
  image.began = WallTime(Nanos(in.next_word<std::int64_t>()));
  if (in.next_flag()) {
    const Nanos length(in.next_word<std::int64_t>());
    image.limit = Limit{length, std::string(in.next_chars())};
  }
  image.depth = static_cast<std::uint32_t>(in.next_number());
  if (in.next_flag()) {
    SessionOptions::Caller caller;
    caller.session = in.next_number();
    caller.execution = in.next_number();
    caller.waits = in.next_flag();
    image.caller = caller;
  }
  if (in.next_flag()) image.kept = Nanos(in.next_word<std::int64_t>());
  const std::vector<StoredReader> of_facts = next_readers(in);
  auto facts = next_vars(in, of_facts);
  if (!facts) return damaged(kWhat);
  image.facts = std::move(*facts);
  image.readers = next_readers(in);
  image.frontier = in.next_chars();
  if (!in.at_end()) return damaged(kWhat);
  return image;
}

Result<std::string> write_outcome(const SessionOutcome& outcome) {
  std::vector<StoredReader> readers;
  MILLRACE_TRY_ASSIGN(vars, packed_for_show(outcome.vars, readers));
  ByteWriter out;
  out.add_byte(kOutcomeVersion);
  add_readers(out, readers);
  out.add_chars(vars);
  out.add_flag(outcome.error.has_value());
  if (outcome.error) {
    add_error(out, *outcome.error, [&](const Dict& facts) { add_facts(out, facts); });
    out.add_chars(outcome.step);
  }
  out.add_word(outcome.elapsed.count());
  return std::move(out).take();
}

Result<SessionOutcome> read_outcome(std::string_view bytes) {
  constexpr std::string_view kWhat = "what a session came to";
  MILLRACE_TRY_ASSIGN(in, body_of(bytes, kOutcomeVersion, kWhat));
  SessionOutcome outcome;
  const std::vector<StoredReader> readers = next_readers(in);
  auto vars = next_vars(in, readers);
  if (!vars) return damaged(kWhat);
  outcome.vars = std::move(*vars);
  if (in.next_flag()) {
    outcome.error = next_error(in, [&in] { return next_facts(in); });
    outcome.step = in.next_chars();
  }
  outcome.elapsed = Nanos(in.next_word<std::int64_t>());
  if (!in.at_end()) return damaged(kWhat);
  return outcome;
}

}  // namespace millrace
