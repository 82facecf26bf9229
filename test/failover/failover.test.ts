import { after, afterEach, before, describe, test } from 'node:test';
import { unavailable } from '../parts/availability.ts';
import { checkPart } from '../parts/generated-document.ts';
import { eachInTurn } from './each-in-turn.ts';
import { type LoadFinding, loadReport } from './load-table.ts';
import { moments } from './moments.ts';
import { COMMANDS, type Parts, startParts } from './parts.ts';

/** One file, so that every part is started once: node:test runs each file in a process of its own. */
describe('two stores and two registries', { skip: unavailable(COMMANDS, 'root') }, () => {
  let running: Parts;
  const parts = (): Parts => running;
  before(async () => {
    running = await startParts();
  });
  let failed = false;
  afterEach((context) => {
    if ('passed' in context && !context.passed) failed = true;
  });
  after(async () => {
    if (failed) console.error(`the logs of all parts are in ${running.keepLogs()}`);
    await running[Symbol.asyncDispose]();
  });

  const alone: LoadFinding[] = [];
  moments(parts, alone);
  const underLoad: LoadFinding[] = [];
  eachInTurn(parts, underLoad);
  test('docs/internals/faults.md says what was seen', () => {
    checkPart('docs/internals/faults.md', loadReport(underLoad, alone));
  });
});
