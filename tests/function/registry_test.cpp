#include "function/registry.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "workflow/read.h"
#include "workflow/verify.h"

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

TEST(Registry, DeclaresEveryFunctionOnce) {
  std::set<std::string_view> refs;
  for (const FunctionDeclaration& declared : declared_functions()) {
    EXPECT_TRUE(refs.insert(declared.signature.ref).second) << declared.signature.ref;
  }
}

TEST(Registry, WhatHasABehaviourIsAvailable) {
  for (const FunctionDeclaration& declared : declared_functions()) {
    const std::string_view ref = declared.signature.ref;
    EXPECT_EQ(find_behaviour(ref), declared.behaviour) << ref;
    EXPECT_EQ(standard_registry().find(ref)->available, declared.behaviour != nullptr) << ref;
    if (!declared.signature.arguments.empty()) EXPECT_NE(declared.signature.example, "") << ref;
  }
  EXPECT_TRUE(standard_registry().find("httpRequestSend")->available);
  EXPECT_EQ(find_behaviour("nothing"), nullptr);
}

// An example is the `arguments` of a step that verifies.
TEST(Registry, HasExamplesThatVerify) {
  for (const Signature* signature : standard_registry().all()) {
    if (signature->example.empty()) continue;
    Registry registry;
    Signature available = *signature;
    available.available = true;
    registry.add(std::move(available));
    const bool iterator = signature->kind == Signature::Kind::iterator;
    const auto document = read_document(
        fmt::format("workflows:\n  flow:\n    steps:\n"
                    "      - {{ stepID: 1, kind: {}, ref: {}, arguments: {} }}\n"
                    "      - {{ stepID: 2, kind: debug }}\n    paths: [{} {{ parentID: 1, "
                    "childID: 2 }} ]\n",
                    iterator ? "iterator" : "function", signature->ref, signature->example,
                    iterator ? " { parentID: 1, childID: 2 }," : ""),
        "example", Format::yaml);
    ASSERT_TRUE(document) << document.error().to_line();
    const Verdict verdict = verify(document->workflows.front(), registry);
    for (const Issue& issue : verdict.issues) {
      ADD_FAILURE() << signature->ref << ": " << issue.description;
    }
  }
}

}  // namespace
}  // namespace millrace
