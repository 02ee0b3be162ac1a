// Values as JavaScript sees them.
#pragma once

#include <js/TypeDecls.h>

#include "value/value.h"

namespace millrace::script {

// What becomes of each kind is in docs/scripts.md. False: an exception is pending in `cx`, which is
// in a realm. Readers have to be drained.
bool to_script(JSContext* cx, const Value& value, JS::MutableHandleValue into);

}  // namespace millrace::script
