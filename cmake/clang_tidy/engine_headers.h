// Read first by clang-tidy. In C++20 clang-tidy 16 reads every header a second time, without the
// compiler's builtins, and then this header of SpiderMonkey refuses itself; as if for another
// compiler it does not. Having been read it is skipped from then on.
#pragma once

#if __has_include(<mozilla/MathAlgorithms.h>)
#include <mozilla/Compiler.h>
#pragma push_macro("__clang__")
#undef __clang__
#include <mozilla/MathAlgorithms.h>
#pragma pop_macro("__clang__")
#endif
