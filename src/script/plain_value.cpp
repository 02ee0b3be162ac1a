#include "script/plain_value.h"

namespace millrace::script {
namespace {

using Kind = Value::Kind;

// Takes each part off `left`: one that is there several times counts each time, so that little can
// not stand for much.
bool holds_plain(const Value& value, std::size_t& left) {
  if (left == 0 || value.type() != Type::Any) return false;
  --left;
  switch (value.kind()) {
    case Kind::null:
    case Kind::boolean:
    case Kind::integer:
    case Kind::unsigned_integer:
    case Kind::floating:
    case Kind::text:
    case Kind::bytes:
    case Kind::instant: return true;
    case Kind::list:
      for (const Value& item : value.items()) {
        if (!holds_plain(item, left)) return false;
      }
      return true;
    case Kind::map:
      for (const Dict::Entry& entry : value.dict()) {
        if (!holds_plain(entry.value, left)) return false;
      }
      return true;
    default: return false;
  }
}

}  // namespace

bool is_plain(const Value& value, std::size_t parts) {
  return value.check_nesting() && holds_plain(value, parts);
}

}  // namespace millrace::script
