// Expectations come from Go 1.19's fmt, but where docs/compatibility.md says otherwise.
#include <gtest/gtest.h>

#include "expression/functions/result_of.h"

namespace millrace {
namespace {

constexpr std::string_view kScope = R"({
  "i": {"@type": "Integer", "@value": 42}, "u": {"@type": "UnsignedInteger", "@value": 7},
  "dur": {"@type": "Duration", "@value": "1h30m"}, "nul": null, "t": true,
  "d": {"@type": "DateTime", "@value": "2021-03-04T05:06:07Z"},
  "bytes": {"@type": "Bytes", "@value": "aGk="},
  "kv": {"@type": "KV", "@value": {"a": "1"}},
  "ints": {"@type": "Array", "@value": [{"@type": "Integer", "@value": 3}]}})";

std::string text(std::string_view source) { return text_of(source, kScope); }

TEST(Format, Scalars) {
  EXPECT_EQ(text("format(\"%s is %d\", \"x\", 5)"), "x is %!d(float64=5)");
  EXPECT_EQ(text("format(\"%d %+d %05d %x\", i, i, i, i)"), "42 +42 00042 2a");
  EXPECT_EQ(text("format(\"%v %t\", t, t)"), "true true");
  EXPECT_EQ(text("format(\"%v %d %s %#v\", u, u, u, u)"), "7 7 %!s(uint64=7) 0x7");
  EXPECT_EQ(text("format(\"%d|%s|%x|%t\", dur, dur, dur, dur)"),
            "5400000000000|1h30m0s|316833306d3073|%!t(time.Duration=5400000000000)");
  EXPECT_EQ(text("format(\"%v|%.10s|%q\", d, d, d)"),
            "2021-03-04 05:06:07 +0000 UTC|2021-03-04|\"2021-03-04 05:06:07 +0000 UTC\"");
  EXPECT_EQ(text("format(\"%v %d\", count([1]), count([1]))"), "1 1");
}

TEST(Format, Null) {
  EXPECT_EQ(text("format(\"%v|%6v|%s|%T\", nul, nul, nul, nul)"), "<nil>| <nil>|%!s(<nil>)|<nil>");
  EXPECT_EQ(text("format(\"%d\", [nul])"), "[<nil>]");
}

TEST(Format, Containers) {
  EXPECT_EQ(text("format(\"%3v|%s\", [1, \"a\"], {\"k\": 2})"), "[  1   a]|map[k:%!s(float64=2)]");
  EXPECT_EQ(text("format(\"%#v\", [1, \"a\", nul, {\"k\": []}])"),
            "[]interface {}{1, \"a\", interface {}(nil), map[string]interface {}{\"k\":[]interface "
            "{}{}}}");
  EXPECT_EQ(text("format(\"%v %s %x %o\", bytes, bytes, bytes, bytes)"),
            "[104 105] hi 6869 [150 151]");
  EXPECT_EQ(text("format(\"%v %03d %v\", ints, ints, kv)"), "&{[3]} &{[003]} &{map[a:1]}");
  EXPECT_EQ(text("format(\"%q %T\", split(\"a,b\", \",\"), split(\"a\", \"\"))"),
            "[\"a\" \"b\"] []string");
  EXPECT_EQ(text("format(\"%w\", [1])"), "%!w([]interface {}=[1])");
}

TEST(Format, Kinds) {
  EXPECT_EQ(text("format(\"%T %T %T %T %T %T %T\", 1, i, u, t, dur, count([]), \"\")"),
            "float64 int64 uint64 bool time.Duration int string");
}

TEST(Format, ArgumentsAndIndexes) {
  EXPECT_EQ(text("format(\"%[2]s %[1]s\", \"a\", \"b\")"), "b a");
  EXPECT_EQ(text("format(\"%[3]d %[1]d %[x]d\", i)"), "%!d(BADINDEX) 42 %!d(BADINDEX)");
  EXPECT_EQ(text("format(\"%d %d\", i)"), "42 %!d(MISSING)");
  EXPECT_EQ(text("format(\"none\", 1, nul, \"x\")"), "none%!(EXTRA float64=1, <nil>, string=x)");
  EXPECT_EQ(text("format(\"%*d|%-*d|\", u, i, u, i)"), "     42|42     |");
  EXPECT_EQ(text("format(\"%*d|%.*f\", 5, i, u, 0.5)"), "%!(BADWIDTH)42|0.5000000");
  EXPECT_EQ(text("format(\"%[2]*[1]d\", i, u)"), "     42");
  EXPECT_EQ(text("format(\"%[1]5d %[1].2d %[]d\", i)"),
            "%!d(BADINDEX) %!d(BADINDEX) %!d(BADINDEX)");
}

TEST(Format, Verbs) {
  EXPECT_EQ(text("format(\"100%%\")"), "100%");
  EXPECT_EQ(text("format(\"%\")"), "%!(NOVERB)");
  EXPECT_EQ(text("format(\"%9999999999d\", i)"), "%!(NOVERB)%!(EXTRA int64=42)");
  EXPECT_EQ(text("format(\"%z %é\", i, i)"), "%!z(int64=42) %!é(int64=42)");
  EXPECT_EQ(text("format(\"%5.1f|%-8.3e|%g\", 3.14159, 3.14159, 1e6)"), "  3.1|3.142e+00|1e+06");
}

}  // namespace
}  // namespace millrace
