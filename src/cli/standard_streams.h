// Standard input, output and error as the process was given them.
#pragma once

namespace millrace {

// Takes the place of those that the caller has closed, so that no file or socket opened later does:
// reading gives nothing, writing fails.
void hold_closed_streams();

// Flushes standard output. `status`, unless that is kExitDone and the output could not be written
// whole: then it says so on standard error and gives kExitFailed.
int with_output_written(int status);

}  // namespace millrace
