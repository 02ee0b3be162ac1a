// The functions of Corteza that act on its low-code side: known, so that a definition that calls
// one is told why it cannot run here.
#include <array>

#include "function/declaration.h"

namespace millrace {
namespace {

// Corteza's records, modules, users, roles, templates, reminders, attachments and permissions.
constexpr std::array<std::string_view, 56> kFunctions = {"composeRecordsSearch",
                                                         "composeRecordsFirst",
                                                         "composeRecordsLast",
                                                         "composeRecordsLookup",
                                                         "composeRecordsNew",
                                                         "composeRecordsValidate",
                                                         "composeRecordsCreate",
                                                         "composeRecordsUpdate",
                                                         "composeRecordsDelete",
                                                         "composeRecordsReport",
                                                         "composeModulesLookup",
                                                         "composeNamespacesLookup",
                                                         "usersLookup",
                                                         "usersSearch",
                                                         "usersCreate",
                                                         "usersUpdate",
                                                         "usersDelete",
                                                         "usersRecover",
                                                         "usersSuspend",
                                                         "usersUnsuspend",
                                                         "rolesLookup",
                                                         "rolesSearch",
                                                         "rolesCreate",
                                                         "rolesUpdate",
                                                         "rolesDelete",
                                                         "rolesRecover",
                                                         "rolesArchive",
                                                         "rolesUnarchive",
                                                         "rolesMemberAdd",
                                                         "rolesMemberRemove",
                                                         "templatesLookup",
                                                         "templatesSearch",
                                                         "templatesCreate",
                                                         "templatesUpdate",
                                                         "templatesDelete",
                                                         "templatesRecover",
                                                         "templatesRender",
                                                         "remindersLookup",
                                                         "remindersSearch",
                                                         "remindersCreate",
                                                         "remindersUpdate",
                                                         "remindersDelete",
                                                         "remindersDismiss",
                                                         "remindersSnooze",
                                                         "attachmentLookup",
                                                         "attachmentCreate",
                                                         "attachmentDelete",
                                                         "attachmentOpenOriginal",
                                                         "attachmentOpenPreview",
                                                         "rbacAllow",
                                                         "rbacDeny",
                                                         "rbacInherit",
                                                         "rbacCheck",
                                                         "actionlogSearch",
                                                         "actionlogRecord",
                                                         "settingsGet"};

constexpr std::array<std::string_view, 6> kIterators = {"composeRecordsEach", "usersEach",
                                                        "rolesEach",          "templatesEach",
                                                        "remindersEach",      "actionlogEach"};

FunctionDeclaration unavailable(std::string_view ref, Signature::Kind kind) {
  return {{.ref = ref,
           .kind = kind,
           .arguments = {},
           .results = {},
           .help = "Part of Corteza's low-code side.",
           .example = ""}};
}

}  // namespace

std::vector<FunctionDeclaration> low_code_functions() {
  std::vector<FunctionDeclaration> all;
  all.reserve(kFunctions.size() + kIterators.size());
  for (const std::string_view ref : kFunctions) {
    all.push_back(unavailable(ref, Signature::Kind::function));
  }
  for (const std::string_view ref : kIterators) {
    all.push_back(unavailable(ref, Signature::Kind::iterator));
  }
  return all;
}

}  // namespace millrace
