// What a script threw, for the person who wrote it.
#pragma once

#include <js/TypeDecls.h>

#include <string_view>

#include "script/protocol.h"

namespace millrace::script {

// Takes the pending exception and puts what it says and where it came from into the answer. May run
// code of the script where what was thrown is no Error.
void describe_exception(JSContext* cx, std::string_view source, Answer& answer);

}  // namespace millrace::script
