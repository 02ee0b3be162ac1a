#include "engine/session_image.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/byte_stream.h"
#include "engine/error_bytes.h"
#include "engine/replace_readers.h"
#include "value/pack.h"

namespace millrace {
namespace {

// 1 had neither the numbers of bodies nor calls that may be made again.
constexpr std::uint8_t kImageVersion = 2;
constexpr std::uint8_t kOutcomeVersion = 1;

// All versions up to `newest` are read.
Result<std::uint8_t> next_version(ByteReader& in, std::uint8_t newest, std::string_view what) {
  const std::uint8_t found = in.next_byte();
  if ((found == 0 || found > newest) && !in.failed()) {
    return Error(ErrorKind::invalid,
                 fmt::format("{} is stored in format {}; this release reads formats up to {}: use "
                             "the release that wrote it",
                             what, found, newest));
  }
  return found;
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

void add_call(ByteWriter& out, const RepeatableCall& call) {
  out.add_number(call.session);
  out.add_number(call.execution);
  for (const std::string* text :
       {&call.workflow, &call.step, &call.ref, &call.arguments, &call.result, &call.identity}) {
    out.add_chars(*text);
  }
  out.add_flag(call.limit.has_value());
  if (!call.limit) return;
  out.add_word(call.began->time_since_epoch().count());
  out.add_word(call.limit->length.count());
  out.add_chars(call.limit->setter);
}

RepeatableCall next_call(ByteReader& in) {
  RepeatableCall call;
  call.session = in.next_number();
  call.execution = in.next_number();
  for (std::string* text :
       {&call.workflow, &call.step, &call.ref, &call.arguments, &call.result, &call.identity}) {
    *text = in.next_chars();
  }
  if (!in.next_flag()) return call;
  call.began = WallTime(Nanos(in.next_word<std::int64_t>()));
  const Nanos length(in.next_word<std::int64_t>());
  call.limit = Limit{length, std::string(in.next_chars())};
  return call;
}

void add_readers(ByteWriter& out, const std::vector<StoredReader>& readers) {
  out.add_number(readers.size());
  for (const StoredReader& reader : readers) {
    out.add_byte(static_cast<std::uint8_t>(reader.kept));
    out.add_chars(reader.text);
    out.add_number(reader.body);
    out.add_number(reader.chunks);
    if (reader.kept == StoredReader::Kept::again) add_call(out, *reader.call);
  }
}

std::vector<StoredReader> next_readers(ByteReader& in) {
  std::vector<StoredReader> readers(in.next_count());
  for (StoredReader& reader : readers) {
    reader.kept = static_cast<StoredReader::Kept>(in.next_below(5));
    reader.text = in.next_chars();
    reader.body = in.next_number();
    reader.chunks = in.next_number();
    if (reader.kept == StoredReader::Kept::again) {
      reader.call = std::make_shared<const RepeatableCall>(next_call(in));
    }
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

SessionStatus stored_status(Status status) {
  switch (status) {
    case Status::running: return SessionStatus::started;
    case Status::prompted: return SessionStatus::prompted;
    case Status::suspended: return SessionStatus::suspended;
    case Status::completed: return SessionStatus::completed;
    case Status::failed: return SessionStatus::failed;
    case Status::canceled: return SessionStatus::canceled;
  }
  return SessionStatus::started;
}

Status status_of(SessionStatus stored) {
  switch (stored) {
    case SessionStatus::started: return Status::running;
    case SessionStatus::prompted: return Status::prompted;
    case SessionStatus::suspended: return Status::suspended;
    case SessionStatus::completed: return Status::completed;
    case SessionStatus::canceled: return Status::canceled;
    case SessionStatus::failed:
    case SessionStatus::quarantined: break;
  }
  return Status::failed;
}

Result<std::string> pack_facts(const Dict& facts) {
  std::vector<StoredReader> readers;
  MILLRACE_TRY_ASSIGN(packed, packed_for_show(facts, readers));
  ByteWriter out;
  add_readers(out, readers);
  out.add_chars(packed);
  return std::move(out).take();
}

std::string write_image(const SessionImage& image, std::string_view packed_facts) {
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
  out.add_raw(packed_facts);
  add_readers(out, image.readers);
  out.add_chars(image.frontier);
  out.add_number(image.last_body);
  out.add_number(image.bodies.size());
  for (const std::uint64_t body : image.bodies) out.add_number(body);
  return std::move(out).take();
}

Result<SessionImage> read_image(std::string_view bytes) {
  constexpr std::string_view kWhat = "a session";
  ByteReader in(bytes);
  MILLRACE_TRY_ASSIGN(version, next_version(in, kImageVersion, kWhat));
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
  if (version == 1) {
    for (const StoredReader& reader : image.readers) {
      image.last_body = std::max(image.last_body, reader.body);
      if (reader.body != 0) image.bodies.push_back(reader.body);
    }
  } else {
    image.last_body = in.next_number();
    image.bodies.resize(in.next_count());
    for (std::uint64_t& body : image.bodies) body = in.next_number();
  }
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
  ByteReader in(bytes);
  MILLRACE_TRY(next_version(in, kOutcomeVersion, kWhat));
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
