#include "value/value.h"

#include <algorithm>

#include "value/dict_node.h"
#include "value/value_node.h"

namespace millrace {
namespace {

constexpr std::int32_t kNullNanos = -1;
constexpr std::size_t kOffset = 2;  // where an instant keeps its offset
constexpr std::size_t kNanos = 4;   // and its nanoseconds

CharsNode* as_chars(ValueNode* node) { return static_cast<CharsNode*>(node); }
ItemsNode* as_items(ValueNode* node) { return static_cast<ItemsNode*>(node); }

std::uint32_t highest_nesting(const Value::Items& items) {
  std::uint32_t highest = 0;
  for (const Value& item : items) highest = std::max(highest, item.nesting());
  return highest;
}

}  // namespace

Value Value::with_node(Kind kind, Type type, ValueNode* node) {
  Value value(kind);
  value.raw_[0] |= kNode;
  value.raw_[1] = static_cast<unsigned char>(type);
  value.store(kWord, node);
  return value;
}

Value Value::with_dict(Kind kind, Type type, Dict entries) {
  Value value = with_node(kind, type, nullptr);
  value.store(kWord, std::exchange(entries.root_, nullptr));
  return value;
}

Value Value::with_long_chars(Kind kind, std::string content) {
  return with_node(kind, Type::Any, new CharsNode(std::move(content)));
}

Value Value::joined_text(std::string_view head, std::string_view tail) {
  const std::size_t size = head.size() + tail.size();
  if (size > kShort) {
    std::string joined;
    joined.reserve(size);
    joined.append(head).append(tail);
    return with_long_chars(Kind::text, std::move(joined));
  }
  Value value(Kind::text);
  value.raw_[kLength] = static_cast<unsigned char>(size);
  std::copy(head.begin(), head.end(), value.raw_ + kChars);
  std::copy(tail.begin(), tail.end(), value.raw_ + kChars + head.size());
  return value;
}

Value Value::instant(const Instant& content) {
  Value value(Kind::instant);
  value.store(kOffset, content.offset_minutes);
  value.store(kNanos, content.null ? kNullNanos : content.nanos);
  value.store(kWord, content.seconds);
  return value;
}

Value Value::null_instant() {
  Instant none;
  none.null = true;
  return instant(none);
}

Value Value::reader(Ref<Reader> content) {
  return with_node(Kind::reader, Type::Any, new ReaderNode(std::move(content)));
}

Value Value::opaque(Type type, Ref<Counted> content) {
  return with_node(Kind::opaque, type, new OpaqueNode(std::move(content)));
}

Value Value::list(Items items) {
  const std::uint32_t nesting = highest_nesting(items);
  auto* node = new ItemsNode(std::move(items));
  node->nesting = nesting;
  return with_node(Kind::list, Type::Any, node);
}

Value Value::array(Items typed_items) {
  Value value = list(std::move(typed_items));
  value.set_kind(Kind::array, Type::Array);
  return value;
}

Value Value::text_list(Items texts) {
  return with_node(Kind::text_list, Type::Any, new ItemsNode(std::move(texts)));
}

Value Value::text_list(const std::vector<std::string>& texts) {
  Items items;
  items.reserve(texts.size());
  for (const std::string& content : texts) items.push_back(text(content));
  return text_list(std::move(items));
}

std::string_view Value::long_chars() const { return as_chars(node())->chars; }

Instant Value::as_instant() const {
  assert(kind() == Kind::instant);
  Instant content;
  const auto nanos = load<std::int32_t>(kNanos);
  content.null = nanos == kNullNanos;
  content.seconds = load<std::int64_t>(kWord);
  content.nanos = content.null ? 0 : nanos;
  content.offset_minutes = load<std::int16_t>(kOffset);
  return content;
}

const Ref<Reader>& Value::as_reader() const {
  assert(kind() == Kind::reader);
  return static_cast<ReaderNode*>(node())->reader;
}

const Ref<Counted>& Value::as_opaque() const {
  assert(kind() == Kind::opaque);
  return static_cast<OpaqueNode*>(node())->content;
}

std::span<const Value> Value::items() const {
  assert(has_items());
  return as_items(node())->items;
}

Value::Items& Value::items_for_change() {
  assert(has_items());
  ItemsNode* own = as_items(node());
  if (own->count != 1) {
    auto* copy = new ItemsNode(own->items);
    --own->count;
    store<ValueNode*>(kWord, copy);
    own = copy;
  }
  own->nesting = ItemsNode::kUnknown;
  return own->items;
}

void Value::push_item(Value item) {
  assert(has_items());
  const std::uint32_t known = as_items(node())->nesting;
  const std::uint32_t nesting = std::max(known, item.nesting());  // unknown is the highest
  items_for_change().push_back(std::move(item));
  as_items(node())->nesting = nesting;
}

void Value::set_item(std::size_t index, Value item) {
  assert(has_items());
  const std::uint32_t known = as_items(node())->nesting;
  const std::uint32_t nesting = std::max(known, item.nesting());
  Items& own = items_for_change();
  assert(index < own.size());
  own[index] = std::move(item);
  as_items(node())->nesting = nesting;
}

Value Value::take_item(std::size_t index) {
  assert(has_items());
  const std::uint32_t known = as_items(node())->nesting;
  Items& own = items_for_change();
  assert(index < own.size());
  as_items(node())->nesting = known;
  return std::move(own[index]);
}

Dict& Value::dict_for_change() {
  assert(has_dict());
  return *reinterpret_cast<Dict*>(raw_ + kWord);
}

std::string& Value::text_for_change() {
  assert(kind() == Kind::text || kind() == Kind::bytes);
  if (!is_node() || as_chars(node())->count != 1) {
    const Type own = type();
    *this = with_long_chars(kind(), std::string(chars(kind()))).with_type(own);
  }
  return as_chars(node())->chars;
}

bool Value::is_sole_holder() const { return !is_node() || node() == nullptr || node()->count == 1; }

void Value::destroy() {
  switch (kind()) {
    case Kind::text:
    case Kind::bytes:
    case Kind::url: delete as_chars(node()); break;
    case Kind::reader: delete static_cast<ReaderNode*>(node()); break;
    case Kind::opaque: delete static_cast<OpaqueNode*>(node()); break;
    case Kind::list:
    case Kind::text_list:
    case Kind::array: destroy_items(as_items(node())); break;
    default: destroy_dict(load<DictNode*>(kWord)); break;
  }
}

}  // namespace millrace
