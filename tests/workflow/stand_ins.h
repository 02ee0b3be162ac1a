// A registry for tests that lie above function/: the engine's iterators, and a few functions in the
// shape of real ones, one of them not available.
#pragma once

#include "workflow/iterators.h"
#include "workflow/signature.h"

namespace millrace {

inline const Registry& stand_ins() {
  static const Registry kRegistry = [] {
    using enum Type;
    Registry registry;
    for (Signature& iterator : iterator_signatures()) registry.add(std::move(iterator));
    registry.add(
        {.ref = "httpRequestSend",
         .arguments = {{"url", {String}, true, ""},
                       {"method", {String}, false, ""},
                       {"headers", {KVV}, false, ""},
                       {"body", {String, Reader, Any}, false, ""},
                       {"timeout", {Duration}, false, ""},
                       {"retry", {Vars}, false, ""},
                       {"idempotencyKey", {String}, false, ""},
                       {"durableBody", {Boolean}, false, ""}},
         .results = {{"status", String, ""},
                     {"statusCode", Integer, ""},
                     {"body", Reader, ""},
                     {"json", Any, ""}},
         .repeating = {
             .key = "idempotencyKey",
             .durable = "durableBody",
             .is_harmless = [](const Dict& arguments) { return !arguments.contains("method"); },
             .identity =
                 [](const Dict& results) {
                   const Value* status = results.find("status");
                   return std::string(status == nullptr ? "" : status->as_text());
                 }}});
    registry.add({.ref = "logInfo",
                  .arguments = {{"message", {String}, true, ""}, {"fields", {KV}, false, ""}},
                  .results = {}});
    registry.add({.ref = "jsenvExecute",
                  .arguments = {{"scope", {Any, Reader}, true, ""}, {"source", {String}, true, ""}},
                  .results = {{"resultString", String, ""},
                              {"resultInt", Integer, ""},
                              {"resultBool", Boolean, ""},
                              {"resultAny", Any, ""}}});
    registry.add(
        {.ref = "composeRecordsSearch", .arguments = {}, .results = {}, .available = false});
    return registry;
  }();
  return kRegistry;
}

}  // namespace millrace
