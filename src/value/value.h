// A value of the expression language: a handle of 16 bytes whose content never changes while it is
// shared. Scalars, instants and short texts lie in the handle; everything else is one pointer to a
// node with a plain count, so a value stays on its shard's thread.
//
// A value has a kind, which says how it behaves in an expression, and a type, under which it is
// stored: type() is Any for what is untyped (the result of an operator, a literal, the content of a
// variable of type Any). Array, KV, KVV, Vars and Meta are typed from birth; for scalars typify(),
// cast() and with_type() set the type.
#pragma once

#include <bit>
#include <cassert>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/counted.h"
#include "value/dict.h"
#include "value/instant.h"
#include "value/reader.h"
#include "value/type.h"

namespace millrace {

struct ValueNode;

// Values that nest deeper are refused where they are stored (check_nesting), so that whoever walks
// through a value may recurse.
constexpr std::uint32_t kMaxNesting = 500;

class Value {
 public:
  enum class Kind : std::uint8_t {
    absent,  // not even null: a variable that is not set
    null,
    boolean,
    integer,
    unsigned_integer,  // ID too
    floating,
    host_int,  // what count, find and length return: a kind of its own
    text,      // Handle too
    bytes,
    instant,  // DateTime, possibly null
    duration,
    url,
    reader,
    list,       // of untyped values
    text_list,  // what split returns, and an entry of a KVV
    map,        // of untyped values
    array,      // of typed values; from here on typed containers
    kv,
    kvv,
    vars,
    meta,
    opaque,  // EmailMessage, HttpRequest
  };
  using Items = std::vector<Value>;

  Value() noexcept : Value(Kind::null) {}
  Value(const Value& other) noexcept {
    copy_bits(other);
    if (is_node()) retain();
  }
  Value(Value&& other) noexcept {
    copy_bits(other);
    other.set_head(Kind::null);  // moved from: null
  }
  Value& operator=(const Value& other) noexcept {
    Value copy(other);
    swap(copy);
    return *this;
  }
  Value& operator=(Value&& other) noexcept {
    Value taken(std::move(other));
    swap(taken);
    return *this;
  }
  ~Value() {
    if (is_node()) release();
  }
  void swap(Value& other) noexcept {
    unsigned char bits[kSize];
    std::memcpy(bits, raw_, kSize);
    std::memcpy(raw_, other.raw_, kSize);
    std::memcpy(other.raw_, bits, kSize);
  }

  static Value absent() { return Value(Kind::absent); }
  static Value null() { return Value(Kind::null); }
  static Value boolean(bool content) { return with_word(Kind::boolean, content ? 1U : 0U); }
  static Value integer(std::int64_t content) { return with_word(Kind::integer, content); }
  static Value unsigned_integer(std::uint64_t content) {
    return with_word(Kind::unsigned_integer, content);
  }
  static Value floating(double content) { return with_word(Kind::floating, content); }
  static Value host_int(std::int64_t content) { return with_word(Kind::host_int, content); }
  static Value text(std::string_view content) { return with_chars(Kind::text, content); }
  static Value text(std::string&& content) { return with_chars(Kind::text, std::move(content)); }
  static Value text(const char* content) { return text(std::string_view(content)); }
  static Value joined_text(std::string_view head, std::string_view tail);
  static Value bytes(std::string_view content) { return with_chars(Kind::bytes, content); }
  static Value bytes(std::string&& content) { return with_chars(Kind::bytes, std::move(content)); }
  static Value bytes(const char* content) { return bytes(std::string_view(content)); }
  static Value instant(const Instant& content);
  static Value null_instant();
  static Value duration(Nanos content) { return with_word(Kind::duration, content.count()); }
  // Normalised text, as normalise_url (value/url.h) gives it; "" for an empty Url.
  static Value url(std::string_view content) { return with_chars(Kind::url, content); }
  static Value reader(Ref<Reader> content);
  static Value list(Items items);
  static Value text_list(Items texts);  // all of kind text
  static Value text_list(const std::vector<std::string>& texts);
  static Value map(Dict entries) { return with_dict(Kind::map, Type::Any, std::move(entries)); }
  static Value array(Items typed_items);
  static Value kv(Dict texts) { return with_dict(Kind::kv, Type::KV, std::move(texts)); }
  static Value kvv(Dict text_lists) {
    return with_dict(Kind::kvv, Type::KVV, std::move(text_lists));
  }
  static Value vars(Dict typed) { return with_dict(Kind::vars, Type::Vars, std::move(typed)); }
  static Value meta(Dict plain) { return with_dict(Kind::meta, Type::Meta, std::move(plain)); }
  static Value opaque(Type type, Ref<Counted> content);

  Kind kind() const { return static_cast<Kind>(raw_[0] & ~kNode); }
  Type type() const { return static_cast<Type>(raw_[1]); }
  // The same content under another type, which must fit its kind (cast() converts).
  Value with_type(Type type) const& { return Value(*this).with_type(type); }
  Value with_type(Type type) && {
    set_kind(kind(), type);
    return std::move(*this);
  }
  // As evaluation sees a stored value: scalars, lists and maps untyped, Meta as a map, the other
  // typed containers as they are.
  Value operand() const& {
    Value copy(*this);
    copy.become_operand();
    return copy;
  }
  Value operand() && {
    become_operand();
    return std::move(*this);
  }

  bool is_absent() const { return raw_[0] == static_cast<unsigned char>(Kind::absent); }
  bool is_null() const { return raw_[0] == static_cast<unsigned char>(Kind::null); }
  bool is_boolean() const { return raw_[0] == static_cast<unsigned char>(Kind::boolean); }
  bool is_integer() const { return raw_[0] == static_cast<unsigned char>(Kind::integer); }
  bool is_float() const { return raw_[0] == static_cast<unsigned char>(Kind::floating); }
  bool is_text() const { return kind() == Kind::text; }
  bool is_reader() const { return kind() == Kind::reader; }
  bool is_list() const { return kind() == Kind::list; }
  bool is_map() const { return kind() == Kind::map; }
  bool has_items() const {  // list, text list, Array
    return kind() == Kind::list || kind() == Kind::text_list || kind() == Kind::array;
  }
  bool has_dict() const {  // map, KV, KVV, Vars, Meta
    return kind() == Kind::map || (kind() >= Kind::kv && kind() <= Kind::meta);
  }
  // Array, KV, KVV, Vars: what stays typed as an operand.
  bool is_typed_container() const { return kind() >= Kind::array && kind() <= Kind::vars; }

  // Each demands its kind. Views and references hold while this handle lives and is not moved or
  // changed (a short text lies in the handle).
  bool as_boolean() const { return word<std::uint64_t>(Kind::boolean) != 0; }
  std::int64_t as_integer() const {  // host_int too
    assert(kind() == Kind::integer || kind() == Kind::host_int);
    return load<std::int64_t>(kWord);
  }
  std::uint64_t as_unsigned() const { return word<std::uint64_t>(Kind::unsigned_integer); }
  double as_float() const { return word<double>(Kind::floating); }
  std::string_view as_text() const { return chars(Kind::text); }
  std::string_view as_bytes() const { return chars(Kind::bytes); }
  std::string_view as_url() const { return chars(Kind::url); }
  Instant as_instant() const;
  Nanos as_duration() const { return Nanos(word<std::int64_t>(Kind::duration)); }
  const Ref<Reader>& as_reader() const;
  std::span<const Value> items() const;
  const Dict& dict() const {
    assert(has_dict());
    // A Dict is its root pointer, which is what the word of this handle holds.
    static_assert(sizeof(Dict) == kSize - kWord);
    return *reinterpret_cast<const Dict*>(raw_ + kWord);
  }
  const Ref<Counted>& as_opaque() const;

  // For changing in place: the content is copied first unless this is its only holder. Adding a
  // single item goes through push_item or set_item, which take O(1) and keep nesting() known.
  Items& items_for_change();
  void push_item(Value item);
  void set_item(std::size_t index, Value item);
  Value take_item(std::size_t index);  // leaves null; set_item puts it back
  Dict& dict_for_change();
  std::string& text_for_change();  // of kind text or bytes
  // Whether changing this value would copy nothing.
  bool is_sole_holder() const;
  // What two handles have in common when they hold the very same content; nullptr when the content
  // lies in the handle.
  const void* identity() const { return is_node() ? load<const void*>(kWord) : nullptr; }

  // How deep containers nest: 0 for scalars, 1 for a list of scalars. An upper bound.
  std::uint32_t nesting() const;
  // Error (exhausted) when the value nests deeper than that.
  Result<void> check_nesting(std::uint32_t allowed = kMaxNesting) const;
  // Bytes of memory that this value keeps alive below the handle, about; what occurs in it several
  // times counts once. Takes time in proportion to the parts.
  std::uint64_t bytes_held() const;

  // Same kind, type and content all through (NaN is NaN): for tests and for telling whether
  // something changed. What `==` of the language means is in value/convert.h.
  friend bool operator==(const Value& a, const Value& b);

 private:
  static constexpr std::size_t kSize = 16;
  static constexpr std::size_t kLength = 2;  // of a short text
  static constexpr std::size_t kChars = 3;   // a short text begins here
  static constexpr std::size_t kShort = kSize - kChars;
  static constexpr std::size_t kWord = 8;
  static constexpr unsigned char kNode = 0x80;  // in raw_[0]: the word is a pointer

  explicit Value(Kind kind) noexcept {
    set_head(kind);
    store<std::uint64_t>(kWord, 0);
  }
  template <class T>
  static Value with_word(Kind kind, T content) {
    static_assert(sizeof(T) <= kSize - kWord);
    Value value(kind);
    value.store(kWord, content);
    return value;
  }
  static Value with_word(Kind kind, unsigned content) {
    return with_word(kind, static_cast<std::uint64_t>(content));
  }
  static Value with_chars(Kind kind, std::string_view content) {
    if (content.size() > kShort) return with_long_chars(kind, std::string(content));
    Value value(kind);
    value.raw_[kLength] = static_cast<unsigned char>(content.size());
    if (!content.empty()) std::memcpy(value.raw_ + kChars, content.data(), content.size());
    return value;
  }
  static Value with_chars(Kind kind, std::string&& content) {
    if (content.size() <= kShort) return with_chars(kind, std::string_view(content));
    return with_long_chars(kind, std::move(content));
  }
  static Value with_long_chars(Kind kind, std::string content);
  static Value with_node(Kind kind, Type type, ValueNode* node);
  static Value with_dict(Kind kind, Type type, Dict entries);

  bool nests_within(std::uint32_t allowed) const;
  bool is_node() const { return (raw_[0] & kNode) != 0; }
  // The head and the word are written and read as a whole: a processor that reads at once what was
  // written in smaller pieces waits for the memory, which costs more than a whole addition.
  void copy_bits(const Value& other) {
    auto head = other.load<std::uint64_t>(0);
    const auto word = other.load<std::uint64_t>(kWord);
    asm("" : "+r"(head));  // or both become one 16-byte access
    store(0, head);
    store(kWord, word);
  }
  void set_head(Kind kind) { store(0, static_cast<std::uint64_t>(kind)); }  // little-endian
  void set_kind(Kind kind, Type type) {
    constexpr std::uint64_t kKindAndType = 0xFFFF;
    const auto head = load<std::uint64_t>(0);
    store(0, (head & (~kKindAndType | kNode)) | static_cast<std::uint64_t>(kind) |
                 static_cast<std::uint64_t>(type) << 8U);
  }
  void become_operand() {
    if (kind() < Kind::array) set_kind(kind(), Type::Any);
    if (kind() == Kind::meta) set_kind(Kind::map, Type::Any);
  }
  template <class T>
  T load(std::size_t offset) const {
    T content;
    std::memcpy(&content, raw_ + offset, sizeof(T));
    return content;
  }
  template <class T>
  void store(std::size_t offset, T content) {
    std::memcpy(raw_ + offset, &content, sizeof(T));
  }
  template <class T>
  T word([[maybe_unused]] Kind expected) const {
    assert(kind() == expected);
    return load<T>(kWord);
  }
  std::string_view chars([[maybe_unused]] Kind expected) const {
    assert(kind() == expected);
    if (is_node()) return long_chars();
    return {reinterpret_cast<const char*>(raw_) + kChars, raw_[kLength]};
  }
  std::string_view long_chars() const;
  ValueNode* node() const { return load<ValueNode*>(kWord); }
  void retain() const {  // every node begins with its count; an empty Dict has no node
    if (auto* count = load<std::uint32_t*>(kWord)) ++*count;
  }
  void release() {
    if (auto* count = load<std::uint32_t*>(kWord); count != nullptr && --*count == 0) destroy();
  }
  void destroy();

  friend struct DictKey;

  // raw_[0] kind and kNode, raw_[1] type; then a short text (length, chars), or an instant's offset
  // and nanoseconds with the seconds in the word, or the word alone.
  alignas(8) unsigned char raw_[kSize];
};

static_assert(sizeof(Value) == 16);
static_assert(std::endian::native == std::endian::little);

struct Dict::Entry {
  Value name;  // of kind text
  Value value;

  std::string_view key() const { return name.as_text(); }
};

inline Dict::Iterator& Dict::Iterator::operator++() {
  ++rank_;
  if (++entry_ == leaf_end_) seek();
  return *this;
}

}  // namespace millrace
