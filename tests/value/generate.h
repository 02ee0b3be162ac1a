// Random values for property tests: every kind, nested, shared in parts.
#pragma once

#include <rapidcheck.h>

#include "value/value.h"

namespace millrace {

inline rc::Gen<std::string> generate_text() {
  using Text = std::string;
  return rc::gen::oneOf(rc::gen::container<Text>(rc::gen::inRange('a', 'e')),
                        rc::gen::container<Text>(rc::gen::inRange<char>(' ', '~')),
                        rc::gen::map(rc::gen::inRange<std::size_t>(10, 20),
                                     [](std::size_t n) { return Text(n, 'k'); }),
                        rc::gen::element<Text>("", "true", "FALSE", "12", " 4", "0x1f", "1e6",
                                               "-0.5", "k\xC5\xAF\xC5\x88", "2021-03-04T05:06:07Z",
                                               "1h30m", "a b", "line\nbreak\t\"q\" \\"));
}

inline rc::Gen<double> generate_float() {
  return rc::gen::oneOf(
      rc::gen::map(rc::gen::arbitrary<std::int64_t>(),
                   [](std::int64_t n) { return static_cast<double>(n % 10'000) / 16; }),
      rc::gen::map(rc::gen::arbitrary<std::uint64_t>(),
                   [](std::uint64_t bits) {
                     double number;
                     std::memcpy(&number, &bits, sizeof number);
                     return number;
                   }),
      rc::gen::element(0.0, -0.0, 1e6, 999999.0, 1e21, 1e-5, 0x1p63, -0x1p63, 0x1p64));
}

inline rc::Gen<Instant> generate_instant() {
  return rc::gen::exec([] {
    Instant instant;
    instant.seconds = *rc::gen::inRange<std::int64_t>(-60'000'000'000, 250'000'000'000);
    instant.nanos = *rc::gen::element(0, 500'000'000, 1, 123'456'789);
    instant.offset_minutes = *rc::gen::element<std::int16_t>(0, 120, -330);
    return instant;
  });
}

// A scalar as it is stored: typed.
inline rc::Gen<Value> generate_typed_scalar() {
  using rc::gen::arbitrary;
  using rc::gen::map;
  return rc::gen::oneOf(
      map(arbitrary<bool>(), [](bool b) { return Value::boolean(b).with_type(Type::Boolean); }),
      map(arbitrary<std::int64_t>(),
          [](std::int64_t n) { return Value::integer(n).with_type(Type::Integer); }),
      map(arbitrary<std::uint64_t>(),
          [](std::uint64_t n) { return Value::unsigned_integer(n).with_type(Type::ID); }),
      map(arbitrary<std::uint64_t>(),
          [](std::uint64_t n) {
            return Value::unsigned_integer(n).with_type(Type::UnsignedInteger);
          }),
      map(generate_float(), [](double n) { return Value::floating(n).with_type(Type::Float); }),
      map(generate_text(),
          [](std::string text) { return Value::text(std::move(text)).with_type(Type::String); }),
      map(arbitrary<std::string>(),
          [](std::string bytes) { return Value::bytes(std::move(bytes)).with_type(Type::Bytes); }),
      map(generate_instant(),
          [](const Instant& i) { return Value::instant(i).with_type(Type::DateTime); }),
      map(arbitrary<std::int64_t>(),
          [](std::int64_t n) { return Value::duration(Nanos(n)).with_type(Type::Duration); }));
}

// What plain JSON can hold, untyped: the content of an Any.
inline rc::Gen<Value> generate_plain(int depth = 3) {
  auto scalar = rc::gen::oneOf(
      rc::gen::just(Value::null()), rc::gen::map(rc::gen::arbitrary<bool>(), Value::boolean),
      rc::gen::map(generate_float(),
                   [](double n) { return Value::floating(std::isfinite(n) ? n : 1.5); }),
      rc::gen::map(generate_text(), [](std::string text) { return Value::text(std::move(text)); }));
  if (depth == 0) return scalar;
  return rc::gen::exec([=] {
    const int choice = *rc::gen::inRange(0, 4);
    if (choice < 2) return *scalar;
    const auto parts =
        *rc::gen::resize(5, rc::gen::container<Value::Items>(generate_plain(depth - 1)));
    if (choice == 2) return Value::list(parts);
    Dict dict;
    for (const Value& part : parts) dict.set(*generate_text(), part);
    return Value::map(dict);
  });
}

// Any value as it is stored under a type.
inline rc::Gen<Value> generate_typed(int depth = 3) {
  if (depth == 0) return generate_typed_scalar();
  return rc::gen::exec([=] {
    const int choice = *rc::gen::inRange(0, 8);
    if (choice < 3) return *generate_typed_scalar();
    if (choice == 3) return *generate_plain();
    const auto parts =
        *rc::gen::resize(5, rc::gen::container<Value::Items>(generate_typed(depth - 1)));
    if (choice == 4) return Value::array(parts);
    Dict typed;
    Dict texts;
    Dict lists;
    for (const Value& part : parts) {
      const std::string key = *generate_text();
      typed.set(key, part);
      texts.set(key, Value::text(*generate_text()));
      lists.set(key, Value::text_list({Value::text(*generate_text()), Value::text("")}));
    }
    if (choice == 5) return Value::kv(texts);
    if (choice == 6) return Value::kvv(lists);
    return Value::vars(typed);
  });
}

}  // namespace millrace
