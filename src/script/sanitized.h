// Whether this build runs under a sanitizer. Those reserve terabytes of addresses, bring threads
// and read files of their own, so a script's process can be confined in part only: by the limit on
// the heap of the language, and not by that on addresses nor by the filter of system calls.
#pragma once

namespace millrace::script {

#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

}  // namespace millrace::script
