#include "service/excerpt.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/replace_readers.h"
#include "net/cursor.h"

namespace millrace {
namespace {

using Excerpts = std::map<const Reader*, Ref<Reader>>;

Task<Ref<Reader>> excerpt_of(Scope& scope, Ref<Reader> reader) {
  std::string text;
  std::optional<Error> failure;
  bool all = false;
  Cursor cursor(reader);
  while (text.size() <= kExcerptBytes) {
    auto ready = cursor.ready();
    if (!ready) {
      failure = ready.error();
      break;
    }
    std::string_view piece;
    if (*ready) {
      piece = **ready;
    } else {
      auto next = co_await cursor.next(scope);
      if (!next) {
        // The printer's own wait has passed, or the stream is poisoned: the latter it says again.
        auto again = cursor.ready();
        if (!again) failure = again.error();
        break;
      }
      piece = *next;
    }
    if (piece.empty()) {
      all = true;
      break;
    }
    text += piece.substr(0, kExcerptBytes + 1 - text.size());
  }
  const bool truncated = !all || text.size() > kExcerptBytes;
  if (text.size() > kExcerptBytes) text.resize(kExcerptBytes);
  co_return make_ref<Excerpt>(std::move(text), truncated, std::move(failure));
}

}  // namespace

Task<Dict> with_excerpts(Scope& scope, Dict vars) {
  const std::vector<Ref<Reader>> readers = readers_in(vars);
  if (readers.empty()) co_return vars;
  Excerpts excerpts;
  {
    Scope printing(scope, "printing", ScopeOptions{.limit = Limit{kExcerptWait, "the printer"}});
    for (const Ref<Reader>& reader : readers) {
      if (excerpts.contains(reader.get())) continue;
      excerpts[reader.get()] = co_await excerpt_of(printing, reader);
    }
  }
  co_return replace_readers(std::move(vars), [&excerpts](const Ref<Reader>& reader) {
    return excerpts.at(reader.get());
  });
}

}  // namespace millrace
