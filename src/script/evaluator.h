// Runs scripts, one after another, each in a realm of its own. One per process.
#pragma once

#include <js/RootingAPI.h>
#include <js/TypeDecls.h>

#include <cstdint>
#include <memory>

#include "script/protocol.h"

namespace millrace::script {

class Evaluator {
 public:
  // Starts the engine of the language; nothing where that fails. `memory` bounds its heap.
  static std::unique_ptr<Evaluator> start(std::uint64_t memory);
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;

  // Takes as long as the script does: whoever started this process ends it.
  Answer evaluate(const Call& call);
  // Forgets what the last script left behind and makes the realm of the next. False: no memory.
  bool renew();

  JSContext* context() const { return cx_; }

 private:
  explicit Evaluator(JSContext* cx) : cx_(cx), global_(cx) {}

  JSContext* cx_;  // as long as the process
  JS::PersistentRootedObject global_;
};

}  // namespace millrace::script
