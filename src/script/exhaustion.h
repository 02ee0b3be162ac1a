// The end of a process whose script has used up its memory. The engine of the language can throw an
// exception then, which the script may catch and go on, or it cannot and crashes; neither is worth
// anything. So the first sign of it ends the process, with an answer that says why.
#pragma once

#include <js/TypeDecls.h>

#include <cstdint>

namespace millrace::script {

// From now on, whatever finds no memory (allocations of the language, of the engine, of our own)
// sends Answer::Kind::memory on descriptor 0 and ends the process. So does a heap that stays full
// however often it is swept: without that, a script at its limit would sweep until its deadline.
void end_when_exhausted(JSContext* cx, std::uint64_t memory);

// Whether there is a call to answer: without one the process ends in silence, for an answer would
// be taken for that of the next call.
void answer_is_owed(bool owed);

}  // namespace millrace::script
