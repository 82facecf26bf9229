import { suite } from 'node:test';
import { answerTests } from './answer-tests.ts';
import { bodyTests } from './body-tests.ts';
import { connectionTests } from './connection-tests.ts';
import { deadPathTests } from './dead-path-tests.ts';
import { failureTests } from './failure-tests.ts';
import type { CreateChecker } from './suite-parts.ts';

/** What checkers have to do, the same on each runtime. */
export function checkerSuites(runtimes: Readonly<Record<string, CreateChecker>>): void {
  const all = Object.entries(runtimes);
  for (const [runtime, create] of all) {
    void suite(`store checks on ${runtime}: connections`, () => connectionTests(create));
    void suite(`store checks on ${runtime}: dead paths`, () => deadPathTests(create));
  }
  // These mostly wait for time-outs.
  const overlapping = { concurrency: true };
  void suite('side by side', overlapping, () => {
    for (const [runtime, create] of all) {
      void suite(`store checks on ${runtime}: answers`, overlapping, () => answerTests(create));
      void suite(`store checks on ${runtime}: bodies`, overlapping, () => bodyTests(create));
      void suite(`store checks on ${runtime}: failures`, overlapping, () => failureTests(create));
    }
  });
}
