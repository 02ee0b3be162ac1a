// An error as bytes, with its causes and the facts that it carries. How those facts are written is
// up to whoever writes the rest. Private to engine/.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "base/byte_stream.h"
#include "base/error.h"
#include "value/error_facts.h"

namespace millrace {

inline constexpr int kMostCauses = 16;  // of an error, that are kept

// add_facts(const Dict&)
template <class AddFacts>
void add_error(ByteWriter& out, const Error& error, const AddFacts& add_facts, int depth = 0) {
  out.add_byte(static_cast<std::uint8_t>(error.kind()));
  out.add_chars(error.message());
  out.add_chars(error.where());
  out.add_chars(error.phase());
  const auto* details = dynamic_cast<const ErrorFacts*>(error.details().get());
  out.add_flag(details != nullptr);
  if (details != nullptr) add_facts(details->facts);
  const auto cause = error.cause();
  const bool has_cause = cause && depth < kMostCauses;
  out.add_flag(has_cause);
  if (has_cause) add_error(out, *cause, add_facts, depth + 1);
}

// next_facts() gives a Dict.
template <class NextFacts>
Error next_error(ByteReader& in, const NextFacts& next_facts, int depth = 0) {
  const auto kind =
      static_cast<ErrorKind>(in.next_below(static_cast<std::uint64_t>(ErrorKind::bug) + 1));
  Error error(kind, std::string(in.next_chars()));
  if (std::string where(in.next_chars()); !where.empty()) error = error.at(std::move(where));
  if (std::string phase(in.next_chars()); !phase.empty()) error = error.in_phase(std::move(phase));
  if (in.next_flag()) error = error.with(std::make_shared<ErrorFacts>(next_facts()));
  if (!in.next_flag()) return error;
  if (depth < kMostCauses) return error.caused_by(next_error(in, next_facts, depth + 1));
  in.fail();
  return error;
}

}  // namespace millrace
