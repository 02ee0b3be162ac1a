// What --trace says of an execution of a step, in words for people. Texts of others in it have no
// control characters.
#pragma once

#include <cstddef>
#include <string>

#include "engine/frame.h"
#include "workflow/plan.h"

namespace millrace {

// "function httpRequestSend".
std::string step_text(const PlanStep& step);

// While it waits: ": asks, amount = 1200".
std::string waiting_text(const Frame& frame);

// ": try 1 failed (unavailable): ...": of the last of its tries that did.
std::string retry_text(const Frame& frame);

// Once it is over, what it set or chose: ": total = 12", " → 4, 5"; empty where that is nothing.
// An error is not part of it.
std::string outcome_text(const Frame& frame, const Plan& plan);

// ": failed (deadline): ...".
std::string error_text(const Error& error);

// Where it went on to, " → 3".
std::string next_text(const Frame& frame, const Plan& plan);

// " (503ms: function 301ms, reader 200ms)", where it took long enough to be worth saying. `before`
// is the time that the step took in an execution before this one, for what goes on in a second.
std::string time_text(const Frame& frame, Nanos before);

}  // namespace millrace
