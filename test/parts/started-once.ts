import { after, afterEach, before } from 'node:test';

/** Parts that a suite starts once, and whose logs are worth reading after a failure. */
interface StartedParts extends AsyncDisposable {
  /** Keeps the logs, and returns their folder. */
  keepLogs(): string;
}

/**
 * Starts parts before the first test of the suite that calls it, and stops them after the last. node:test runs each file
 * in a separate process, so tests that share parts are in one file.
 *
 * @returns the parts, for tests and hooks of the suite
 */
export function startedOnce<Parts extends StartedParts>(start: () => Promise<Parts>): () => Parts {
  let running: Parts | undefined;
  let failed = false;
  before(async () => {
    running = await start();
  });
  afterEach((context) => {
    if ('passed' in context && !context.passed) failed = true;
  });
  after(async () => {
    if (failed) console.error(`the logs of all parts are in ${running?.keepLogs()}`);
    await running?.[Symbol.asyncDispose]();
  });
  return () => {
    if (running === undefined) throw new Error('the parts have not started');
    return running;
  };
}
