// The process that runs scripts: `millrace script-worker`, which the server starts and nobody else.
#pragma once

namespace millrace {

constexpr const char* kScriptWorkerCommand = "script-worker";

// Serves calls on descriptor 0 until that is closed. What it returns is the exit status; it also
// ends the process where it stands when a script has used up its memory.
int script_worker_main();

}  // namespace millrace
