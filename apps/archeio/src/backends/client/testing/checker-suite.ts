import { suite } from 'node:test';
import { answerTests } from './answer-tests.ts';
import { bodyTests } from './body-tests.ts';
import { connectionTests } from './connection-tests.ts';
import { deadPathTests } from './dead-path-tests.ts';
import { failureTests } from './failure-tests.ts';
import type { CreateChecker } from './suite-parts.ts';

/** What a checker has to do, the same on any runtime. */
export function checkerSuite(runtime: string, create: CreateChecker): void {
  const overlapping = { concurrency: true };
  void suite(`store checks on ${runtime}: connections`, () => connectionTests(create));
  void suite(`store checks on ${runtime}: dead paths`, () => deadPathTests(create));
  void suite(`store checks on ${runtime}: answers`, overlapping, () => answerTests(create));
  void suite(`store checks on ${runtime}: bodies`, overlapping, () => bodyTests(create));
  void suite(`store checks on ${runtime}: failures`, overlapping, () => failureTests(create));
}
