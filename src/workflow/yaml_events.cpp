#include "workflow/yaml_events.h"

#include <fmt/format.h>
#include <libfyaml.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <string>

namespace millrace {
namespace {

constexpr std::size_t kChunk = 4096;

std::string_view text_of(fy_token* token) {
  if (token == nullptr) return {};
  std::size_t length = 0;
  const char* text = fy_token_get_text(token, &length);
  return text == nullptr ? std::string_view{} : std::string_view(text, length);
}

YamlEvent::Style style_of(fy_token* token) {
  switch (fy_token_scalar_style(token)) {
    case FYSS_SINGLE_QUOTED: return YamlEvent::Style::single_quoted;
    case FYSS_DOUBLE_QUOTED: return YamlEvent::Style::double_quoted;
    case FYSS_LITERAL: return YamlEvent::Style::literal;
    case FYSS_FOLDED: return YamlEvent::Style::folded;
    default: return YamlEvent::Style::plain;
  }
}

bool is_break(char c) { return c == '\n' || c == '\r'; }

// What stands between single quotes: a quote is written twice, and a line's end with the blanks
// around it is a space, or as many line ends as there are empty lines.
std::string unquote_single(std::string_view raw) {
  std::string text;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw.substr(i).starts_with("''")) ++i;
    if (!is_break(raw[i])) {
      text += raw[i];
      continue;
    }
    text.erase(text.find_last_not_of(" \t") + 1);
    std::size_t breaks = 0;
    for (; i < raw.size() && (is_break(raw[i]) || raw[i] == ' ' || raw[i] == '\t'); ++i) {
      if (raw[i] == '\n' || (raw[i] == '\r' && !raw.substr(i + 1).starts_with('\n'))) ++breaks;
    }
    text += breaks == 1 ? std::string(" ") : std::string(breaks - 1, '\n');
    --i;
  }
  return text;
}

}  // namespace

struct YamlEvents::Library {
  const SourceText& source;
  Format format;
  ReadLimits limits;
  fy_diag* diag = nullptr;
  fy_parser* parser = nullptr;
  fy_event* event = nullptr;
  std::size_t handed_out = 0;  // bytes of the feed that the library has
  std::size_t progress = 0;    // what it had when it gave the last event
  bool ran_ahead = false;
  Position latest{1, 1};  // of the last event that has a place
  std::string unquoted;   // the text of the current event, where it is not the library's

  Library(const SourceText& text, Format text_format, const ReadLimits& read_limits)
      : source(text), format(text_format), limits(read_limits) {
    fy_diag_cfg diag_options;
    fy_diag_cfg_default(&diag_options);
    diag_options.fp = nullptr;
    diag_options.level = FYET_ERROR;
    diag = fy_diag_create(&diag_options);
    if (diag == nullptr) throw std::bad_alloc();
    fy_diag_set_collect_errors(diag, true);
    fy_parse_cfg options{};
    options.flags = static_cast<fy_parse_cfg_flags>(
        FYPCF_QUIET | (format == Format::json ? FYPCF_JSON_FORCE : FYPCF_JSON_NONE));
    options.diag = diag;
    parser = fy_parser_create(&options);
    if (parser == nullptr || fy_parser_set_input_callback(parser, this, &read) != 0) {
      close();
      throw std::bad_alloc();
    }
  }
  ~Library() { close(); }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  void close() {
    if (parser != nullptr) {
      release_event();
      fy_parser_destroy(parser);
    }
    fy_diag_destroy(diag);
  }
  void release_event() {
    if (event != nullptr) fy_parser_event_free(parser, event);
    event = nullptr;
  }

  // Gives the library its input in small pieces, and no more of it once it has run too far ahead of
  // its own events.
  static ssize_t read(void* user, void* buffer, std::size_t capacity) {
    auto& self = *static_cast<Library*>(user);
    const std::string& feed = self.source.feed();
    const std::size_t count = std::min({kChunk, capacity, feed.size() - self.handed_out});
    if (count > 0 && self.handed_out - self.progress > self.limits.unbroken_bytes) {
      self.ran_ahead = true;
      return 0;
    }
    std::memcpy(buffer, feed.data() + self.handed_out, count);
    self.handed_out += count;
    return static_cast<ssize_t>(count);
  }

  // By line and column: a mark's input_pos begins anew every 64 KiB.
  std::size_t offset_of(const fy_mark& mark) const {
    return source.offset_of(static_cast<std::size_t>(mark.line),
                            static_cast<std::size_t>(mark.column));
  }
  Position place_of(fy_token* token) const {
    const fy_mark* mark = token == nullptr ? nullptr : fy_token_start_mark(token);
    return mark == nullptr ? Position{} : source.at(offset_of(*mark));
  }

  Error failure() const;
  void describe_scalar(YamlEvent& result);
  std::string_view scalar_text(fy_token* value, YamlEvent::Style style);
};

// The library's first complaint, in the words of the user's file.
Error YamlEvents::Library::failure() const {
  if (ran_ahead) {
    return Error(ErrorKind::exhausted,
                 fmt::format("what follows goes on for more than {} bytes without an end; break it "
                             "into lines, or close its quote or bracket",
                             limits.unbroken_bytes))
        .at(fmt::format("{}:{}", latest.line, latest.column));
  }
  const std::string_view language = format == Format::json ? "JSON" : "YAML";
  void* cursor = nullptr;
  const fy_diag_error* first = fy_diag_errors_iterate(diag, &cursor);
  if (first == nullptr || first->msg == nullptr) {
    return {ErrorKind::invalid, fmt::format("this is not {}", language)};
  }
  const Position position =
      source.at(source.offset_of(static_cast<std::size_t>(std::max(first->line, 1) - 1),
                                 static_cast<std::size_t>(std::max(first->column, 1) - 1)));
  return Error(ErrorKind::invalid, fmt::format("this is not {}: {}", language, first->msg))
      .at(fmt::format("{}:{}", position.line, position.column));
}

// The library spoils texts in single quotes that have quotes side by side ('a''''b'), and leaks.
std::string_view YamlEvents::Library::scalar_text(fy_token* value, YamlEvent::Style style) {
  const fy_mark* begin = fy_token_start_mark(value);
  const fy_mark* end = fy_token_end_mark(value);
  if (style != YamlEvent::Style::single_quoted || begin == nullptr || end == nullptr) {
    return text_of(value);
  }
  const std::size_t first = offset_of(*begin);
  const auto raw = std::string_view(source.feed()).substr(first, offset_of(*end) - first);
  if (raw.find('\'') == std::string_view::npos) return text_of(value);
  unquoted = unquote_single(raw);
  return unquoted;
}

void YamlEvents::Library::describe_scalar(YamlEvent& result) {
  fy_token* value = event->scalar.value;
  result.type = YamlEvent::Type::scalar;
  result.style = style_of(value);
  result.text = scalar_text(value, result.style);
  result.anchor = text_of(event->scalar.anchor);
  result.tag = text_of(event->scalar.tag);
  const fy_mark* mark = fy_token_start_mark(value);
  if (mark == nullptr) return;
  std::size_t offset = offset_of(*mark);
  const std::string& feed = source.feed();
  const bool is_literal = result.style == YamlEvent::Style::literal;
  if (is_literal || result.style == YamlEvent::Style::folded) {
    if (result.text.find_first_not_of(" \n") != std::string_view::npos) {
      const std::size_t begin = std::min(feed.find_first_not_of(" \r\n", offset), feed.size());
      const std::size_t line_end = feed.find_last_of("\r\n", begin);
      result.set_in = static_cast<std::uint32_t>(begin - line_end);
    }
    offset = std::min(feed.find_first_not_of(' ', offset), feed.size());
    result.verbatim = is_literal;
  } else {
    result.verbatim = feed.compare(offset, result.text.size(), result.text) == 0;
    if (result.style != YamlEvent::Style::plain) --offset;  // the mark is behind the quote
  }
  result.at = source.at(offset);
}

YamlEvents::YamlEvents(const SourceText& source, Format format, const ReadLimits& limits)
    : library_(std::make_unique<Library>(source, format, limits)) {}

YamlEvents::~YamlEvents() = default;

Result<std::optional<YamlEvent>> YamlEvents::next() {
  Library& library = *library_;
  library.release_event();
  library.event = fy_parser_parse(library.parser);
  if (library.event == nullptr) {
    if (fy_parser_get_stream_error(library.parser) || library.ran_ahead) return library.failure();
    return std::optional<YamlEvent>();
  }
  library.progress = library.handed_out;
  YamlEvent result;
  fy_event& event = *library.event;
  switch (event.type) {
    case FYET_SCALAR: library.describe_scalar(result); break;
    case FYET_ALIAS:
      result.type = YamlEvent::Type::alias;
      result.text = text_of(event.alias.anchor);
      result.at = library.place_of(event.alias.anchor);
      break;
    case FYET_SEQUENCE_START:
      result.type = YamlEvent::Type::list_start;
      result.anchor = text_of(event.sequence_start.anchor);
      result.at = library.place_of(event.sequence_start.sequence_start);
      break;
    case FYET_MAPPING_START:
      result.type = YamlEvent::Type::map_start;
      result.anchor = text_of(event.mapping_start.anchor);
      result.at = library.place_of(event.mapping_start.mapping_start);
      break;
    case FYET_SEQUENCE_END: result.type = YamlEvent::Type::list_end; break;
    case FYET_MAPPING_END: result.type = YamlEvent::Type::map_end; break;
    case FYET_DOCUMENT_START: result.type = YamlEvent::Type::document_start; break;
    case FYET_STREAM_START: return next();
    default: result.type = YamlEvent::Type::document_end; break;
  }
  if (result.at.known()) library.latest = result.at;
  return std::optional<YamlEvent>(result);
}

}  // namespace millrace
