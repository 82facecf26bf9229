import { relative } from 'node:path';
import type { TestEvent } from 'node:test/reporters';
import { ROOT } from './source-files.ts';

/** The results of a test run. */
export interface Summary {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Milliseconds by test file. */
  readonly spent: Readonly<Record<string, number>>;
  /** Skipped tests, each with its reason. */
  readonly notRun: readonly string[];
}

/** A reporter of node:test that writes a {@link Summary} as JSON. */
export default async function* summarise(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const spent: Record<string, number> = {};
  const notRun: string[] = [];
  let counts = { passed: 0, failed: 0, skipped: 0 };
  for await (const { type, data } of events) {
    if (type === 'test:pass' && data.skip !== undefined && data.skip !== false)
      notRun.push(`${data.name}: ${data.skip}`);
    if (type !== 'test:summary') continue;
    const { tests, passed, skipped, todo } = data.counts;
    if (data.file === undefined)
      counts = { passed, failed: tests - passed - skipped - todo, skipped };
    else spent[relative(ROOT, data.file)] = data.duration_ms;
  }
  const summary: Summary = { ...counts, spent, notRun };
  yield JSON.stringify(summary);
}
