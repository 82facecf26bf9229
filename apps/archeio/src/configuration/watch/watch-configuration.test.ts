import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ManualClock } from '@archeio/presence/testing';
import { MONOTONIC_CLOCK } from '@archeio/presence';
import { type Content } from '../content.ts';
import { watchConfiguration } from './watch-configuration.ts';
import { ArcheioError } from '../../platform/errors.ts';

function scripted(seen?: string) {
  const clock = new ManualClock();
  const contents: string[] = [];
  const problems: string[] = [];
  let unchanged = 0;
  let answer: string | Error = seen ?? 'first';
  let reads = 0;
  const watch = watchConfiguration(
    { kind: 'url', url: 'https://host.example/c.yaml' },
    {
      clock,
      every: 1000,
      ...(seen === undefined ? {} : { seen }),
      onContent: ({ text }) => contents.push(text),
      onProblem: ({ message }) => problems.push(message),
      onUnchanged: () => unchanged++,
      read: (): Promise<Content> => {
        reads++;
        return typeof answer === 'string'
          ? Promise.resolve({ text: answer, name: 'n' })
          : Promise.reject(answer);
      },
    },
  );
  return {
    clock,
    contents,
    problems,
    watch,
    reads: () => reads,
    unchanged: () => unchanged,
    set: (next: string | Error) => (answer = next),
  };
}

describe('a watch', () => {
  test('calls back only for changed content', async () => {
    const { clock, contents, set, watch, reads } = scripted('one');
    await clock.advance(3500);
    assert.equal(reads(), 3);
    assert.deepEqual(contents, []);
    set('two');
    await clock.advance(5000);
    set('one');
    await watch.now();
    assert.deepEqual(contents, ['two', 'one']);
    watch.close();
  });

  test('reports a problem once, and then that the unchanged content is back', async () => {
    const { clock, contents, problems, set, watch, unchanged } = scripted('one');
    await clock.advance(5000);
    set(new ArcheioError('configuration-unreachable', 'away'));
    await clock.advance(5000);
    set(new ArcheioError('configuration-unreachable', 'elsewhere'));
    await clock.advance(5000);
    assert.equal(unchanged(), 0);
    set('one');
    await clock.advance(5000);
    assert.equal(unchanged(), 1);
    set(new ArcheioError('configuration-unreachable', 'elsewhere'));
    await clock.advance(1000);
    set('two');
    await clock.advance(5000);
    assert.deepEqual(problems, ['away', 'elsewhere', 'elsewhere']);
    assert.deepEqual([contents, unchanged()], [['two'], 1]);
    watch.close();
  });

  test('a process that was frozen looks when asked, but not before it is due', async () => {
    const { clock, contents, set, watch, reads } = scripted('one');
    set('two');
    watch.lookIfDue();
    assert.equal(reads(), 0);
    await clock.thawAfter(3_600_000);
    watch.lookIfDue();
    await watch.now();
    assert.deepEqual(contents, ['two']);
    watch.close();
    watch.lookIfDue();
    await clock.advance(10_000);
    assert.equal(clock.timers, 0);
  });

  test('calls nothing after it is stopped, not even for a look in progress', async () => {
    const { contents, set, watch } = scripted('one');
    set('two');
    const look = watch.now();
    watch.close();
    await look;
    await watch.now();
    assert.deepEqual(contents, []);
  });

  test('the preset and standard input do not change', async () => {
    for (const kind of ['preset', 'stdin'] as const) {
      const clock = new ManualClock();
      const never = (): void => assert.fail('called');
      const watch = watchConfiguration({ kind }, { clock, onContent: never, onProblem: never });
      watch.lookIfDue();
      await watch.now();
      assert.equal(clock.timers, 0);
      watch.close();
    }
  });

  test('does not read a pipe again; a file that becomes a pipe is a problem at once', async () => {
    const clock = new ManualClock();
    const never = (): void => assert.fail('called');
    const path = '/dev/zero';
    const once = watchConfiguration(
      { kind: 'file', path },
      { clock, isReadOnce: true, onContent: never, onProblem: never },
    );
    once.lookIfDue();
    await once.now();
    assert.equal(clock.timers, 0);
    once.close();

    const problems: string[] = [];
    const watch = watchConfiguration(
      { kind: 'file', path },
      { clock, onContent: never, onProblem: ({ message }) => problems.push(message) },
    );
    await watch.now();
    watch.close();
    assert.deepEqual(problems, ['cannot read "/dev/zero": it is not a regular file']);
  });

  test('notices swapped links, as in a ConfigMap, and a file that disappears and returns', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'archeio-watch-'));
    const put = (version: string, text: string): void => {
      mkdirSync(join(folder, version));
      writeFileSync(join(folder, version, 'c.yaml'), text);
      symlinkSync(version, join(folder, '..new'));
      renameSync(join(folder, '..new'), join(folder, '..data'));
    };
    put('v1', 'one');
    symlinkSync('..data/c.yaml', join(folder, 'c.yaml'));
    const contents: string[] = [];
    const problems: string[] = [];
    let called: (() => void) | undefined;
    const path = join(folder, 'c.yaml');
    const watch = watchConfiguration(
      { kind: 'file', path },
      {
        clock: MONOTONIC_CLOCK,
        every: 600_000,
        seen: 'one',
        onContent({ text, name }) {
          assert.equal(name, path);
          contents.push(text);
          called?.();
        },
        onProblem: ({ message }) => problems.push(message),
      },
    );
    try {
      // Events arrive on their own; on a mount without events, `now` replaces them.
      const event = new Promise<void>((resolve) => (called = resolve));
      put('v2', 'two');
      const keepAlive = setTimeout(() => void watch.now(), 5000);
      await event;
      clearTimeout(keepAlive);
      rmSync(join(folder, '..data'));
      await watch.now();
      put('v3', 'two');
      await watch.now();
      put('v4', 'four');
      await watch.now();
    } finally {
      watch.close();
      rmSync(folder, { recursive: true });
    }
    assert.deepEqual(contents, ['two', 'four']);
    assert.deepEqual(problems, [
      `cannot read ${JSON.stringify(path)}: there is no such file or directory (ENOENT)`,
    ]);
  });
});
