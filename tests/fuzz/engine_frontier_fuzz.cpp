// Bytes of a session that nobody wrote: an error, or a session that can be turned into bytes again.
#include <cstddef>
#include <cstdint>

#include "base/byte_stream.h"
#include "engine/frontier.h"
#include "workflow/read.h"
#include "workflow/stand_ins.h"

namespace {

constexpr std::string_view kWorkflow = R"(
workflows:
  fuzzed:
    scope: { l: { "@type": Array, "@value": [ 1, 2 ] } }
    steps:
      - { stepID: 1, kind: error-handler, results: [ { target: e, expr: errorMessage } ] }
      - { stepID: 2, kind: iterator, ref: loopEach, limits: { timeout: 9s }, arguments: [ { target: items, type: Array, expr: l } ], results: [ { target: i, expr: item } ] }
      - { stepID: 3, kind: gateway, ref: fork }
      - { stepID: 4, kind: delay, arguments: [ { target: offset, type: Duration, value: 5s } ] }
      - { stepID: 5, kind: prompt, ref: alert, arguments: [ { target: message, expr: l } ] }
      - { stepID: 6, kind: iterator, ref: loopDo, arguments: [ { target: while, type: String, expr: '"i < " + i' } ] }
      - { stepID: 7, kind: gateway, ref: join }
      - { stepID: 8, kind: debug }
      - { stepID: 9, kind: debug }
      - { stepID: 10, kind: delay, arguments: [ { target: offset, type: Duration, value: 5s } ] }
    paths:
      - { parentID: 1, childID: 2 }
      - { parentID: 1, childID: 9 }
      - { parentID: 2, childID: 3 }
      - { parentID: 2, childID: 8 }
      - { parentID: 3, childID: 4 }
      - { parentID: 3, childID: 5 }
      - { parentID: 3, childID: 6 }
      - { parentID: 6, childID: 10 }
      - { parentID: 6, childID: 7 }
      - { parentID: 4, childID: 7 }
)";

const millrace::Ref<const millrace::Plan>& plan() {
  static const millrace::Ref<const millrace::Plan> kPlan = [] {
    auto document = millrace::read_document(kWorkflow, "fuzzed.yaml", millrace::Format::yaml);
    return *millrace::compile_plan(document->workflows.front(), millrace::stand_ins());
  }();
  return kPlan;
}

}  // namespace

// The input is what comes behind the version and the hash of the plan.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  millrace::ByteWriter bytes;
  bytes.add_byte(1);
  bytes.add_chars(plan()->hash());
  std::string whole = bytes.bytes();
  whole.append(reinterpret_cast<const char*>(data), size);
  const millrace::Ref<millrace::Reader> reader = millrace::make_ref<millrace::TextReader>("text");
  auto machine = millrace::unpack_frontier(whole, {&reader, 1}, plan(), {});
  if (machine) (void)millrace::pack_frontier(**machine);
  return 0;
}
