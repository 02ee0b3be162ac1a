// Shows of each rule that it can fail, and what it lets pass.
#include "tidy/rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace millrace::tidy {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const std::vector<std::string> kOrder = {"base", "scope", "engine", "net"};

Findings includes(const std::string& path, const std::string& text) {
  return check_includes(Source(path, text), kOrder);
}
Findings banned(const std::string& path, const std::string& text) {
  return check_banned_calls(Source(path, text));
}
std::string lines(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += "  ++n;\n";
  return text;
}
Findings functions(const std::string& text) {
  return check_function_sizes(Source("src/base/x.cpp", text));
}

TEST(Includes, MayNotPointDown) {
  const Findings found = includes("src/scope/x.h", "#pragma once\n#include \"net/body.h\"\n");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].path, "src/scope/x.h");
  EXPECT_EQ(found[0].line, 2U);
  EXPECT_THAT(found[0].what, HasSubstr("scope/ may not include net/"));
  EXPECT_THAT(includes("tests/scope/x_test.cpp", "#include \"engine/x.h\"\n"), SizeIs(1));
}
TEST(Includes, MayPointUpAndToTheirOwnFolder) {
  EXPECT_THAT(includes("src/net/x.h", "#include \"base/a.h\"\n#include \"net/b.h\"\n"), IsEmpty());
  EXPECT_THAT(includes("tests/net/x_test.cpp", "#include \"support/server.h\"\n"), IsEmpty());
  EXPECT_THAT(includes("tests/net/x_test.cpp", "#include \"fetching.h\"\n"), IsEmpty());
  EXPECT_THAT(includes("tests/evidence/x_test.cpp", "#include \"net/x.h\"\n"), IsEmpty());
}
TEST(Includes, NameTheirFolder) {
  EXPECT_THAT(includes("src/net/x.cpp", "#include \"x.h\"\n"), SizeIs(1));
  EXPECT_THAT(includes("src/util/x.cpp", ""), SizeIs(1));  // a folder outside the table
}
TEST(Includes, InCommentsDoNotCount) {
  EXPECT_THAT(includes("src/base/x.h", "// #include \"net/x.h\"\n/* #include \"net/y.h\" */\n"),
              IsEmpty());
}

TEST(BannedCalls, AreFound) {
  for (const std::string call : {"co_spawn(loop, f(), asio::detached);",
                                 "boost::asio::detached",
                                 "#include <boost/asio/experimental/awaitable_operators.hpp>",
                                 "asio::experimental::channel c;",
                                 "std::this_thread::sleep_for(1s);",
                                 "::sleep(1);",
                                 "curl_easy_perform(handle);",
                                 "thread.detach();",
                                 "thread->detach();",
                                 "std::async(f);",
                                 "std::chrono::steady_clock::now()",
                                 "system_clock::now()",
                                 "std::time(nullptr)",
                                 "std::random_device device;",
                                 "std::rand()",
                                 "return rand();",
                                 "try {} catch (...) {}",
                                 "std::system(text);",
                                 "strtok(text, s);",
                                 "gets(line);",
                                 "sprintf(to, f);",
                                 "std::regex r;",
                                 "cancellation_signal s;"}) {
    EXPECT_THAT(banned("src/engine/x.cpp", call), Not(IsEmpty())) << call;
  }
}
TEST(BannedCalls, MayStandWhereTheyBelong) {
  EXPECT_THAT(banned("src/scope/x.cpp", "co_spawn(loop, f(), done); } catch (...) {"), IsEmpty());
  EXPECT_THAT(banned("src/base/clock.cpp", "return steady_clock::now();"), IsEmpty());
  EXPECT_THAT(banned("src/net/x.cpp", "asio::cancellation_slot slot;"), IsEmpty());
  EXPECT_THAT(banned("src/net/x.cpp", "steady_clock::now()"), SizeIs(1));
  EXPECT_THAT(banned("tests/net/x_test.cpp", "steady_clock::now(); sleep_for(1ms);"), IsEmpty());
  EXPECT_THAT(banned("tests/net/x_test.cpp", "thread.detach();"), SizeIs(1));
}
TEST(BannedCalls, InCommentsAndTextsDoNotCount) {
  EXPECT_THAT(banned("src/engine/x.cpp",
                     "// never std::rand()\n/* catch (...) */\n"
                     "const char* a = \"strtok(x)\";\nconst char* b = R\"t(\" gets(x) )\" )t\";\n"
                     "const char q = '\"'; const int n = 1'000;\n"),
              IsEmpty());
}
TEST(BannedCalls, AreNotTakenFromNamesThatLookAlike) {
  EXPECT_THAT(banned("src/engine/x.cpp",
                     "boost::system::result<int> r; co_await sleep_for(scope, 1s); operand(1); "
                     "widgets(2); snprintf(a, 1, f); "
                     "clock.sleep(1); Shell::system(1); catch (const std::exception& e)"),
              IsEmpty());
  EXPECT_THAT(banned("src/engine/x.cpp", "x = 1'000; strtok(a); y = 2'000;"), SizeIs(1));
}

TEST(FileSize, HasALimit) {
  EXPECT_THAT(check_file_size(Source("src/base/x.cpp", lines(kMaxSourceLines))), IsEmpty());
  EXPECT_THAT(check_file_size(Source("src/base/x.cpp", lines(kMaxSourceLines + 1))), SizeIs(1));
  EXPECT_THAT(check_file_size(Source("src/base/x.h", lines(kMaxHeaderLines + 1))), SizeIs(1));
}

TEST(FunctionSize, HasALimit) {
  EXPECT_THAT(functions("void f() {\n" + lines(kMaxFunctionLines - 2) + "}\n"), IsEmpty());
  EXPECT_THAT(functions("void f() {\n" + lines(kMaxFunctionLines) + "}\n"), SizeIs(1));
}
TEST(FunctionSize, IsMeasuredInNamespacesAndClasses) {
  const std::string body = "{\n" + lines(kMaxFunctionLines) + "}\n";
  EXPECT_THAT(functions("namespace a::b {\nvoid f() " + body + "}\n"), SizeIs(1));
  EXPECT_THAT(functions("class A final : public B {\n public:\n  int f() const " + body + "};\n"),
              SizeIs(1));
  EXPECT_THAT(functions("template <class T = int>\nT f(T t = {}) " + body), SizeIs(1));
  EXPECT_THAT(functions("A::A(int n) : a_{n}, b_(n) " + body), SizeIs(1));
  EXPECT_THAT(functions("A::A(int n) : a_(n), b_{n} " + body), SizeIs(1));
  EXPECT_THAT(functions("A& A::operator=(const A& a) " + body), SizeIs(1));
  EXPECT_THAT(functions("TEST(A, B) " + body), SizeIs(1));
  EXPECT_THAT(functions("auto f() -> int " + body + "int g() " + body), SizeIs(2));
}
TEST(FunctionSize, IsNotThatOfTablesClassesAndNamespaces) {
  const std::string much = "{\n" + lines(kMaxFunctionLines) + "}";
  EXPECT_THAT(functions("constexpr Row kTable[] = " + much + ";\n"), IsEmpty());
  EXPECT_THAT(functions("namespace a " + much + "\n"), IsEmpty());
  EXPECT_THAT(functions("struct A : B<decltype(f())> " + much + ";\n"), IsEmpty());
  EXPECT_THAT(functions("enum class E : int " + much + ";\n"), IsEmpty());
}
TEST(FunctionSize, IgnoresBracesInTexts) {
  EXPECT_THAT(functions("void f() { s = \"{\"; c = '{'; }\n" + lines(kMaxFunctionLines)),
              IsEmpty());
}

TEST(Todo, GivesItsReason) {
  const auto found = [](const std::string& text) {
    return check_todo(Source("src/base/x.cpp", text));
  };
  EXPECT_THAT(found("// TODO: later\n"), SizeIs(1));
  EXPECT_THAT(found("/* FIXME */ // TODO()\n"), SizeIs(2));
  EXPECT_THAT(found("// TODO(needs the store of issue 7): keep it\n"), IsEmpty());
  EXPECT_THAT(found("const char* text = \"TODO\";\n"), IsEmpty());
}

TEST(MachinePaths, AreFoundInAnyFile) {
  const std::string machine = std::string("/ho") + "me/";
  EXPECT_THAT(check_machine_paths("docs/x.md", "see\n" + machine + "anna/x"), SizeIs(1));
  EXPECT_EQ(check_machine_paths("docs/x.md", "see\n" + machine + "anna/x")[0].line, 2U);
  EXPECT_THAT(check_machine_paths("run", std::string("cd /wo") + "rk/x\n"), SizeIs(1));
  EXPECT_THAT(check_machine_paths("run", "$HOME" + machine + "x; https://a.example" + machine),
              IsEmpty());
}

}  // namespace
}  // namespace millrace::tidy
