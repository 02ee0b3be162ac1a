#include "value/type.h"

#include <gtest/gtest.h>

namespace millrace {
namespace {

TEST(Type, NamesComeBack) {
  for (const std::string_view name : type_names()) {
    const auto type = type_from_name(name);
    ASSERT_TRUE(type) << name;
    EXPECT_EQ(type_name(*type), name);
  }
  EXPECT_EQ(type_names().size(), 20U);
  EXPECT_EQ(type_from_name("integer"), std::nullopt);
  EXPECT_EQ(type_name(Type::UnsignedInteger), "UnsignedInteger");
}

}  // namespace
}  // namespace millrace
