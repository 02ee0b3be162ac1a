#include "workflow/signature.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "workflow/iterators.h"

namespace millrace {
namespace {

TEST(Signature, AnArgumentTakesItsTypes) {
  const Signature signature{.ref = "f",
                            .arguments = {{"text", {Type::String, Type::Reader}, true, ""},
                                          {"thing", {Type::Any}, false, ""}},
                            .results = {}};
  ASSERT_NE(signature.argument("text"), nullptr);
  EXPECT_TRUE(signature.argument("text")->takes(Type::Reader));
  EXPECT_FALSE(signature.argument("text")->takes(Type::Integer));
  EXPECT_TRUE(signature.argument("thing")->takes(Type::Integer));
  EXPECT_EQ(signature.argument("Text"), nullptr);
}

TEST(Registry, ListsByRefAndReplaces) {
  Registry registry;
  registry.add({.ref = "b", .arguments = {}, .results = {}, .help = "first"});
  registry.add({.ref = "a", .arguments = {}, .results = {}});
  registry.add({.ref = "b", .arguments = {}, .results = {}, .help = "second"});
  ASSERT_EQ(registry.all().size(), 2U);
  EXPECT_EQ(registry.all()[0]->ref, "a");
  EXPECT_EQ(registry.find("b")->help, "second");
  EXPECT_EQ(registry.find("c"), nullptr);
}

TEST(Iterators, AreThoseThatTheEngineRuns) {
  std::vector<std::string_view> refs;
  for (const Signature& signature : iterator_signatures()) {
    EXPECT_EQ(signature.kind, Signature::Kind::iterator);
    EXPECT_TRUE(signature.available);
    refs.push_back(signature.ref);
  }
  EXPECT_THAT(refs, testing::ElementsAre("loopSequence", "loopDo", "loopEach", "loopLines"));
}

}  // namespace
}  // namespace millrace
