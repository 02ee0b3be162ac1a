#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "value/value.h"

namespace millrace {
namespace {

Value number(int n) { return Value::integer(n); }

TEST(Dict, IsEmptyAtFirst) {
  const Dict dict;
  EXPECT_TRUE(dict.empty());
  EXPECT_EQ(dict.size(), 0U);
  EXPECT_EQ(dict.find("a"), nullptr);
  EXPECT_EQ(dict.begin(), dict.end());
}

TEST(Dict, FindsWhatWasSetAndTheLastOneWins) {
  Dict dict{{"b", number(1)}, {"a", number(2)}};
  dict.set("b", number(3));
  EXPECT_EQ(dict.size(), 2U);
  EXPECT_EQ(*dict.find("b"), number(3));
  EXPECT_EQ(*dict.find(Value::text("a")), number(2));
}

TEST(Dict, OrdersBytewiseShortAndLongKeysAlike) {
  const std::string shared(13, 'k');
  Dict dict;
  for (const std::string& key :
       {shared + "b", shared, shared + std::string("\0", 1), std::string("k"), std::string(),
        std::string("\0", 1), std::string("\xFF"), shared + "a", shared.substr(0, 12) + "z"}) {
    dict.set(key, Value::text(key));
  }
  std::string before;
  bool is_first = true;
  for (const Dict::Entry& entry : dict) {
    EXPECT_EQ(entry.key(), entry.value.as_text());
    if (!is_first) {
      EXPECT_LT(before, std::string(entry.key()));
    }
    before = entry.key();
    is_first = false;
  }
  EXPECT_EQ(dict.size(), 9U);
}

TEST(Dict, ACopyStaysAsItWas) {
  Dict dict;
  for (int i = 0; i < 1000; ++i) dict.set("key " + std::to_string(i), number(i));
  const Dict copy = dict;
  dict.set("key 500", number(-1));
  dict.erase("key 0");
  EXPECT_EQ(*copy.find("key 500"), number(500));
  EXPECT_EQ(*copy.find("key 0"), number(0));
  EXPECT_EQ(copy.size(), 1000U);
  EXPECT_EQ(dict.size(), 999U);
}

TEST(Dict, SettingSharesWhatDoesNotChange) {
  Dict dict;
  for (int i = 0; i < 1000; ++i) dict.set("key " + std::to_string(i), number(i));
  Dict changed = dict;
  changed.set("key 500", number(-1));
  int shared = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::string key = "key " + std::to_string(i);
    shared += dict.find(key) == changed.find(key) ? 1 : 0;  // the same place in memory
  }
  EXPECT_GT(shared, 950);
}

TEST(Dict, ASoleHolderIsChangedInPlace) {
  Dict dict{{"a", number(1)}, {"b", number(2)}};
  const Value* place = dict.find("b");
  dict.set("b", number(3));
  EXPECT_EQ(dict.find("b"), place);
}

TEST(Dict, TakeLeavesNullForSetToPutBack) {
  Dict dict{{"a", Value::list({number(1)})}};
  Value list = dict.take("a");
  EXPECT_TRUE(list.is_sole_holder());
  EXPECT_TRUE(dict.find("a")->is_null());
  EXPECT_TRUE(dict.take("b").is_absent());
  EXPECT_EQ(dict.size(), 1U);
}

TEST(Dict, TakeDoesNotDisturbACopy) {
  Dict dict{{"a", number(1)}};
  const Dict copy = dict;
  EXPECT_EQ(dict.take("a"), number(1));
  EXPECT_EQ(*copy.find("a"), number(1));
}

TEST(Dict, GivesEntriesByRank) {
  Dict dict;
  for (int i = 0; i < 500; ++i) dict.set(std::to_string(1000 + i), number(i));
  for (std::size_t i = 0; i < 500; ++i) {
    EXPECT_EQ(dict.at(i).value, number(static_cast<int>(i)));
  }
}

TEST(Dict, KeepsAValueThatIsSetFromItself) {
  Dict dict{{"a", Value::text("a text that is too long for a handle")}};
  for (int i = 0; i < 100; ++i) dict.set("b" + std::to_string(i), *dict.find("a"));
  EXPECT_EQ(dict.size(), 101U);
  EXPECT_EQ(dict.find("b99")->as_text(), "a text that is too long for a handle");
}

// Operations on a Dict and a std::map alike, with copies taken now and then that must not change.
RC_GTEST_PROP(DictProperty, BehavesAsAMap, ()) {
  using Model = std::map<std::string, int>;
  std::vector<std::pair<Dict, Model>> copies;
  Dict dict;
  Model model;
  const int steps = *rc::gen::inRange(0, 600);
  const int keys = *rc::gen::element(5, 60, 2000);
  const auto same = [](const Dict& left, const Model& right) {
    RC_ASSERT(left.size() == right.size());
    auto at = left.begin();
    for (const auto& [key, value] : right) {
      RC_ASSERT(at->key() == key);
      RC_ASSERT(at->value.as_integer() == value);
      RC_ASSERT(left.find(key) == &at->value);
      ++at;
    }
    RC_ASSERT(at == left.end());
  };
  for (int step = 0; step < steps; ++step) {
    const int n = *rc::gen::inRange(0, keys);
    const std::string key = (n % 3 == 0 ? "a longer key, number " : "k") + std::to_string(n);
    switch (*rc::gen::inRange(0, 8)) {
      case 0:
      case 1: RC_ASSERT(dict.erase(key) == (model.erase(key) == 1)); break;
      case 2:
        if (copies.size() < 4) copies.emplace_back(dict, model);
        break;
      default: dict.set(key, Value::integer(step)); model[key] = step;
    }
  }
  same(dict, model);
  for (const auto& [copy, as_it_was] : copies) same(copy, as_it_was);
}

RC_GTEST_PROP(DictProperty, ErasingAllLeavesNothing, ()) {
  Dict dict;
  const int size = *rc::gen::inRange(0, 1500);
  for (int i = 0; i < size; ++i) dict.set(std::to_string(i * 7919 % 100'003), Value::integer(i));
  const Dict copy = *rc::gen::arbitrary<bool>() ? dict : Dict();
  const bool backwards = *rc::gen::arbitrary<bool>();
  while (!dict.empty()) {
    const std::size_t before = dict.size();
    const std::string key(dict.at(backwards ? before - 1 : before / 2).key());
    RC_ASSERT(dict.erase(key));
    RC_ASSERT(dict.size() == before - 1);
    RC_ASSERT(dict.find(key) == nullptr);
  }
  RC_ASSERT(copy.empty() || copy.size() == static_cast<std::size_t>(size));
}

}  // namespace
}  // namespace millrace
