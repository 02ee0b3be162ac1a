#include "workflow/signature.h"

#include <gtest/gtest.h>

#include <set>

#include "workflow/reading.h"

namespace millrace {
namespace {

TEST(Registry, DeclaresEveryFunctionOfTheReference) {
  for (const std::string_view ref : {"httpRequestSend",
                                     "loopSequence",
                                     "loopDo",
                                     "loopEach",
                                     "loopLines",
                                     "logDebug",
                                     "logInfo",
                                     "logWarn",
                                     "logError",
                                     "jsenvExecute",
                                     "jsonParserParse",
                                     "jsonParserStringify",
                                     "jsonParserTemplate",
                                     "jwtGenerate",
                                     "oauth2Authenticate",
                                     "emailSend",
                                     "emailMessage",
                                     "emailSendMessage",
                                     "emailSetSubject",
                                     "emailSetHeaders",
                                     "emailSetHeader",
                                     "emailSetAddress",
                                     "emailAddAddress",
                                     "emailAttach",
                                     "emailEmbed",
                                     "queueWrite",
                                     "httpBodyRead",
                                     "apigwBodyRead",
                                     "apigwBodyReadFile",
                                     "corredorExec",
                                     "composeRecordsSearch",
                                     "usersLookup",
                                     "rolesSearch",
                                     "templatesRender"}) {
    EXPECT_NE(standard_registry().find(ref), nullptr) << ref;
  }
  EXPECT_EQ(standard_registry().find("nothing"), nullptr);
  EXPECT_FALSE(standard_registry().find("corredorExec")->available);
  EXPECT_EQ(standard_registry().find("loopEach")->kind, Signature::Kind::iterator);
}

TEST(Registry, TellsOfEachWhatAReaderNeeds) {
  for (const Signature* signature : standard_registry().all()) {
    EXPECT_FALSE(signature->help.empty()) << signature->ref;
    std::set<std::string_view> names;
    for (const ArgumentSignature& argument : signature->arguments) {
      EXPECT_TRUE(names.insert(argument.name).second) << signature->ref << " " << argument.name;
      EXPECT_FALSE(argument.types.empty()) << signature->ref << " " << argument.name;
      EXPECT_FALSE(argument.help.empty()) << signature->ref << " " << argument.name;
    }
    for (const ResultSignature& result : signature->results) {
      EXPECT_FALSE(result.help.empty()) << signature->ref << " " << result.name;
    }
  }
}

// An example is the `arguments` of a step that verifies.
TEST(Registry, HasExamplesThatVerify) {
  for (const Signature* signature : standard_registry().all()) {
    if (signature->example.empty()) continue;
    const bool iterator = signature->kind == Signature::Kind::iterator;
    const std::string steps =
        "      - { stepID: 1, kind: " + std::string(iterator ? "iterator" : "function") +
        ", ref: " + std::string(signature->ref) +
        ", arguments: " + std::string(signature->example) + " }\n" +
        "      - { stepID: 2, kind: debug }\n";
    const Verdict verdict = verdict_of(
        flow(steps, iterator ? "[ { parentID: 1, childID: 2 }, { parentID: 1, childID: 2 } ]"
                             : "[ { parentID: 1, childID: 2 } ]"));
    EXPECT_EQ(lines_of(verdict.issues), "") << signature->ref;
  }
}

}  // namespace
}  // namespace millrace
