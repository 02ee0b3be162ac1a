#include <gtest/gtest.h>

#include "expression/functions/result_of.h"

namespace millrace {
namespace {

constexpr std::string_view kScope = R"({
  "id": {"@type": "ID", "@value": "123456789012345678"},
  "none": {"@type": "DateTime", "@value": null}, "nul": null,
  "url": {"@type": "Url", "@value": "http://x.y/?a=1&b=2"},
  "bytes": {"@type": "Bytes", "@value": "aGVsbG8="},
  "meta": {"@type": "Meta", "@value": {"m": [1]}},
  "kv": {"@type": "KV", "@value": {"b": "2", "a": "1"}},
  "vars": {"@type": "Vars", "@value": {
    "id": {"@type": "ID", "@value": "7"}, "kv": {"@type": "KV", "@value": {"a": "1"}},
    "dur": {"@type": "Duration", "@value": "1s"}, "any": [1, {"z": null}]}},
  "array": {"@type": "Array", "@value": [{"@type": "ID", "@value": "7"},
    {"@type": "Bytes", "@value": "aGk="}, {"@type": "Float", "@value": 1e21}]}})";

std::string json(std::string_view source) {
  return text_of("toJSON(" + std::string(source) + ")", kScope);
}

TEST(ToJson, Scalars) {
  EXPECT_EQ(json("id"), "123456789012345678");
  EXPECT_EQ(json("1e21"), "1e+21");
  EXPECT_EQ(json("1e-7"), "1e-7");
  EXPECT_EQ(json("-0"), "-0");
  EXPECT_EQ(json("none"), "null");
  EXPECT_EQ(json("nul"), "null");
  EXPECT_EQ(json("bytes"), "\"aGVsbG8=\"");
  EXPECT_EQ(json("url"), "\"http://x.y/?a=1\\u0026b=2\"");
  EXPECT_EQ(json("count([1])"), "1");
}

TEST(ToJson, Escapes) {
  EXPECT_EQ(json("\"<a&b>\\\"\\\\\""), R"("\u003ca\u0026b\u003e\"\\")");
  EXPECT_EQ(json("\"\\n\\r\\t\\b\\x01\\x7f\""), "\"\\n\\r\\t\\u0008\\u0001\x7f\"");
  EXPECT_EQ(json("\"ž\\u2028\\u2029🐎\""), R"("ž\u2028\u2029🐎")");
}

TEST(ToJson, ContainersKeepTheirTypes) {
  EXPECT_EQ(json("array"), R"([{"@value":"7","@type":"ID"},{"@value":"aGk=","@type":"Bytes"},)"
                           R"({"@value":1e+21,"@type":"Float"}])");
  EXPECT_EQ(json("vars"),
            R"({"any":{"@value":[1,{"z":null}],"@type":"Any"},)"
            R"("dur":{"@value":1000000000,"@type":"Duration"},)"
            R"("id":{"@value":"7","@type":"ID"},"kv":{"@value":{"a":"1"},"@type":"KV"}})");
  EXPECT_EQ(json("kv"), R"({"a":"1","b":"2"})");
  EXPECT_EQ(json("meta"), R"({"m":[1]})");
  EXPECT_EQ(json("[kv, split(\"a,b\", \",\"), {\"y\": 1, \"x\": true}]"),
            R"([{"a":"1","b":"2"},["a","b"],{"x":true,"y":1}])");
}

TEST(ToJson, WhatIsNotFiniteEmptiesTheWhole) {
  EXPECT_EQ(json("0/0"), "");
  EXPECT_EQ(json("{\"a\": [1, 1/0]}"), "");
  EXPECT_EQ(json("modYear(\"2021-01-01\", 9000)"), "");
}

TEST(Base64Encode, TakesTextBytesAndReaders) {
  EXPECT_EQ(text_of("base64encode(\"a\")"), "YQ==");
  EXPECT_EQ(text_of("base64encode(bytes)", kScope), "aGVsbG8=");
  EXPECT_EQ(text_of("base64encode([1])"), "");
}

}  // namespace
}  // namespace millrace
