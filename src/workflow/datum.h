// A document as read from YAML or JSON, before anybody asks what it means: scalars, lists and maps,
// each with its place in the file. What the decoder does not know is kept in this form, so that
// writing a definition back loses nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace millrace {

// A place in a file, both counted from 1; line 0 means that there is none.
struct Position {
  std::uint32_t line = 0;
  std::uint32_t column = 0;  // in characters, not bytes

  bool known() const { return line != 0; }
};

// "file.yaml:3:7"; only the file where the position is unknown.
std::string place_in_file(std::string_view file, Position position);

class Datum;
struct Member;
using Data = std::vector<Datum>;
using Members = std::vector<Member>;

class Datum {
 public:
  enum class Kind : std::uint8_t { null, boolean, integer, number, text, list, map };

  Datum() = default;  // null
  // A scalar of the given kind, by its text: "true", "42", "1.5e3", any text.
  Datum(Kind kind, std::string text, Position at = {});
  explicit Datum(Data items, Position at = {});
  explicit Datum(Members members, Position at = {});

  Kind kind() const { return kind_; }
  Position at() const { return at_; }
  // How many characters after at() the text begins, where it stands in the file as it is (1 for a
  // quoted one); -1 where a place within the text has no place in the file.
  int inset() const { return inset_; }
  void set_inset(int inset) { inset_ = static_cast<std::int8_t>(inset); }
  bool is_null() const { return kind_ == Kind::null; }
  bool is_text() const { return kind_ == Kind::text; }
  bool is_list() const { return kind_ == Kind::list; }
  bool is_map() const { return kind_ == Kind::map; }
  bool is_scalar() const { return !is_list() && !is_map(); }

  // The scalar as it was written (without quotes and escapes); empty for null, lists and maps.
  std::string_view text() const;
  bool as_boolean() const { return kind_ == Kind::boolean && text() == "true"; }

  // Empty for what is not a list (not a map).
  const Data& items() const;
  const Members& members() const;
  Data take_items() &&;
  Members take_members() &&;
  // The value of `key`, or nullptr.
  const Datum* find(std::string_view key) const;

  // "a list", "the text \"abc\"", for messages.
  std::string describe() const;

  // By kind and content; places do not count, the order of a map's members does.
  friend bool operator==(const Datum& a, const Datum& b);

 private:
  Kind kind_ = Kind::null;
  std::int8_t inset_ = -1;
  Position at_;
  std::variant<std::string, Data, Members> content_;
};

struct Member {
  std::string key;
  Position key_at;
  Datum value;

  friend bool operator==(const Member& a, const Member& b) {
    return a.key == b.key && a.value == b.value;
  }
};

}  // namespace millrace
