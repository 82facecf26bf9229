// The entry point of the executable. It does what bin/archeio does for a checkout: the environment of the runtime is set
// before the program starts, and pid and signals are the server's.
import { readFileSync } from 'node:fs';
import { EMBEDDED, embedded } from './platform/embedded.ts';
import { missingVariables, runtimeProblem } from './platform/launch-environment.ts';

const args = process.argv.slice(2);

function statusOfProcess() {
  try {
    return readFileSync('/proc/self/status', 'utf8');
  } catch {
    return '';
  }
}

/** Becomes the same program with the environment that the runtime needs from its first moment. */
function startAgain(missing) {
  Object.assign(process.env, missing);
  try {
    process.execve(process.execPath, [process.argv0, ...args], { ...process.env });
  } catch {
    // A system that cannot execute it again, such as an emulator: everything works, with the runtime's own limits
    // and a warning of the runtime that this function is experimental.
  }
}

// A worker's process is this file again, with a channel to its supervisor.
if (process.send !== undefined && args[0] === embedded(EMBEDDED.workerProcess)?.pathname) {
  await import('./worker/worker-process.mjs');
} else {
  const { bun: version } = process.versions;
  const problem = runtimeProblem(args, version);
  if (problem !== undefined) {
    process.stderr.write(`archeio: ${problem}\n`);
    process.exit(2);
  }
  const missing = missingVariables({
    args,
    environment: process.env,
    version,
    status: statusOfProcess(),
  });
  if (Object.keys(missing).length > 0) startAgain(missing);
  await import('./main.mjs');
}
