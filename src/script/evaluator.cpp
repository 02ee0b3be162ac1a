#include "script/evaluator.h"

#include <js/CharacterEncoding.h>
#include <js/CompilationAndEvaluation.h>
#include <js/CompileOptions.h>
#include <js/ContextOptions.h>
#include <js/Exception.h>
#include <js/GCAPI.h>
#include <js/GlobalObject.h>
#include <js/Initialization.h>
#include <js/Promise.h>
#include <js/Realm.h>
#include <js/SourceText.h>
#include <jsapi.h>
#include <jsfriendapi.h>

#include <algorithm>

#include "script/from_script.h"
#include "script/script_error.h"
#include "script/to_script.h"
#include "value/pack.h"

namespace millrace::script {
namespace {

// Of calls within each other; what they need is there before the walls go up (worker_main.cpp).
constexpr std::size_t kStack = 1024UL * 1024;

const JSClass kGlobal = {
    "global", JSCLASS_GLOBAL_FLAGS, &JS::DefaultGlobalClassOps, nullptr, nullptr, nullptr};

// One call from its input to its answer. False: the answer says why, or an exception is pending.
class Evaluation {
 public:
  Evaluation(JSContext* cx, const Call& call, Answer& answer)
      : cx_(cx), call_(call), answer_(answer), result_(cx) {}

  bool run() { return start() && settle() && give(); }

 private:
  bool failed(std::string message) {
    answer_.message = std::move(message);
    return false;
  }

  // As UTF-16: what the engine has for a function's body in UTF-8 takes each byte as a character.
  bool read_source(JS::SourceText<char16_t>& into) {
    std::size_t length = 0;
    const JS::TwoByteCharsZ chars = JS::LossyUTF8CharsToNewTwoByteCharsZ(
        cx_, JS::UTF8Chars(call_.source.data(), call_.source.size()), &length, js::MallocArena);
    return chars && into.init(cx_, JS::UniqueTwoByteChars(chars.get()), length);
  }

  bool start() {
    std::vector<Ref<Reader>> readers;
    readers.reserve(call_.readers.size());
    for (const std::string& content : call_.readers) {
      readers.emplace_back(make_ref<TextReader>(content));
    }
    const auto input = unpack(call_.input, readers);
    if (!input) return failed(input.error().message());
    JS::RootedValueArray<1> arguments(cx_);
    if (!to_script(cx_, *input, arguments[0])) return false;
    JS::CompileOptions options(cx_);
    // The engine counts its own first line, "function (input) {", as well.
    options.setFileAndLine("script", 0);
    JS::SourceText<char16_t> source;
    if (!read_source(source)) return false;
    const char* names[] = {"input"};
    const JS::RootedObjectVector no_environment(cx_);
    const JS::RootedFunction function(
        cx_, JS::CompileFunction(cx_, no_environment, options, "script", 1, names, source));
    if (!function) return false;
    return JS_CallFunction(cx_, nullptr, function, JS::HandleValueArray(arguments), &result_);
  }

  // What `await` and `then` have put off is run to its end; a Promise gives what it was settled
  // with.
  bool settle() {
    js::RunJobs(cx_);
    if (!result_.isObject()) return true;
    const JS::RootedObject promise(cx_, &result_.toObject());
    if (!JS::IsPromiseObject(promise)) return true;
    switch (JS::GetPromiseState(promise)) {
      case JS::PromiseState::Pending:
        return failed(
            "the script returned a Promise that nothing settles: there is nothing to wait "
            "for in a script");
      case JS::PromiseState::Rejected:
        JS_SetPendingException(cx_, JS::RootedValue(cx_, JS::GetPromiseResult(promise)));
        return false;
      case JS::PromiseState::Fulfilled: break;
    }
    result_ = JS::GetPromiseResult(promise);
    return true;
  }

  bool give() {
    FromScript from(cx_, call_.output);
    auto value = from.read(result_);
    if (from.is_too_large()) return too_large();
    if (!value) return failed(from.problem());
    auto packed = pack(*value);
    if (!packed) return failed(packed.error().message());
    if (packed->bytes.size() > call_.output) return too_large();
    answer_.kind = Answer::Kind::value;
    answer_.value = std::move(packed->bytes);
    return true;
  }

  bool too_large() {
    answer_.kind = Answer::Kind::output;
    return false;
  }

  JSContext* cx_;
  const Call& call_;
  Answer& answer_;
  JS::RootedValue result_;
};

}  // namespace

std::unique_ptr<Evaluator> Evaluator::start(std::uint64_t memory) {
  if (!JS_Init()) return nullptr;
  const auto heap = static_cast<std::uint32_t>(std::min<std::uint64_t>(memory, UINT32_MAX));
  JSContext* cx = JS_NewContext(heap);
  if (cx == nullptr) return nullptr;
  // What was allocated last is in the nursery, which is part of what the script may have.
  constexpr std::uint32_t kNursery = 4U * 1024 * 1024;
  JS_SetGCParameter(cx, JSGC_MAX_NURSERY_BYTES, std::min(kNursery, heap / 8));
  JS_SetNativeStackQuota(cx, kStack);
  // WebAssembly reserves gigabytes of addresses and is no part of a script of some lines.
  JS::ContextOptionsRef(cx).setWasm(false).setAsmJS(false);
  if (!js::UseInternalJobQueues(cx) || !JS::InitSelfHostedCode(cx)) return nullptr;
  std::unique_ptr<Evaluator> evaluator(new Evaluator(cx));
  if (!evaluator->renew()) return nullptr;
  return evaluator;
}

bool Evaluator::renew() {
  if (global_) {
    global_ = nullptr;
    JS_GC(cx_);
  }
  const JS::RealmOptions options;
  global_ = JS_NewGlobalObject(cx_, &kGlobal, nullptr, JS::FireOnNewGlobalHook, options);
  if (!global_) return false;
  const JSAutoRealm realm(cx_, global_);
  return JS::InitRealmStandardClasses(cx_);
}

Answer Evaluator::evaluate(const Call& call) {
  Answer answer;
  const JSAutoRealm realm(cx_, global_);
  if (!Evaluation(cx_, call, answer).run() && JS_IsExceptionPending(cx_)) {
    describe_exception(cx_, call.source, answer);
  }
  // What is still put off, after an exception or by a getter, takes the time of this call, not of
  // the next.
  js::RunJobs(cx_);
  return answer;
}

}  // namespace millrace::script
