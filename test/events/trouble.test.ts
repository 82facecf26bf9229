import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { logged, until } from '../parts/log-waits.ts';
import { mountSmallDisk, noSmallDisks } from '../parts/small-disk.ts';
import { metrics, sumOf } from '../processes/several-processes.ts';
import { startUpstream, upstreamAt, withStore } from '../serving/configurations.ts';
import { load, longRequests } from './event-load.ts';
import { startUnread } from './unread-process.ts';

/** More than a pipe, a small disk and the queue hold together. */
const MANY = 4500;

function droppedFor(text: string, reason: string): number {
  const start = `archeio_events_dropped_total{reason="${reason}"} `;
  const line = text.split('\n').find((each) => each.startsWith(start)) ?? '';
  return Number(line.slice(start.length));
}

suite('answers do not wait for events', () => {
  for (const runtime of RUNTIMES) {
    test(`while nobody reads standard output: ${runtime}`, async () => {
      await using upstream = await startUpstream();
      await using archeio = await startUnread(runtime, {
        ...withStore(upstream.url),
        ...upstreamAt(upstream.url),
        events: { sample: 1 },
      });
      const answers = await load(archeio.port, longRequests(MANY));
      assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([307]));
      const dropped = async () => droppedFor(await metrics(archeio), 'slow-reader');
      await until('drops are counted', async () => (await dropped()) > 0);
      archeio.read();
      const written = async () => sumOf(await metrics(archeio), 'archeio_events_written_total');
      await until(
        'every event is written or dropped',
        async () => (await written()) + (await dropped()) === MANY,
      );
      await load(archeio.port, longRequests(5));
      await until('it goes on', async () => (await written()) + (await dropped()) === MANY + 5);
      const expected = await written();
      archeio.stop();
      await archeio.ended;
      // Each line is whole.
      const events = archeio.lines().map((line): string => JSON.parse(line).event);
      assert.equal(events.filter((event) => event === 'decision').length, expected);
      assert.ok(events.includes('events-dropped'));
      assert.equal(events.at(-1), 'stopped');
    });

    test(`when the reader of standard output is gone: ${runtime}`, async () => {
      await using upstream = await startUpstream();
      await using archeio = await startUnread(runtime, {
        ...withStore(upstream.url),
        ...upstreamAt(upstream.url),
        events: { sample: 1 },
      });
      archeio.leave();
      const answers = await load(archeio.port, longRequests(500));
      assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([307]));
      archeio.stop();
      assert.deepEqual(await archeio.ended, { code: 0, signal: null });
    });

    test(`while the disk is full: ${runtime}`, { skip: noSmallDisks() }, async () => {
      using disk = mountSmallDisk('full');
      const file = join(disk.path, 'events.ndjson');
      await using upstream = await startUpstream();
      await using archeio = await startWith(runtime, {
        ...withStore(upstream.url),
        ...upstreamAt(upstream.url),
        listen: { host: '127.0.0.1', port: 0, processes: 2 },
        events: { to: file, sample: 1 },
      });
      const answers = await load(archeio.port, longRequests(MANY));
      assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([307]));
      const { to, problem } = await logged(archeio, 'events-not-written');
      assert.deepEqual([to, problem], [file, 'no space is left on the device (ENOSPC)']);
      // The next events find the queue full.
      await until('drops are counted', async () => {
        await load(archeio.port, longRequests(20));
        return droppedFor(await metrics(archeio), 'write-failed') > 0;
      });
      disk.grow();
      await logged(archeio, 'events-written');
      const text = async () => metrics(archeio);
      const settled = async (): Promise<boolean> => {
        const now = await text();
        const all = sumOf(now, 'archeio_decisions_total');
        const rest =
          sumOf(now, 'archeio_events_written_total') + sumOf(now, 'archeio_events_dropped_total');
        return all > 0 && all === rest;
      };
      await until('every event is written or dropped', settled);
      const written = sumOf(await text(), 'archeio_events_written_total');
      const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
      for (const line of lines) assert.equal(JSON.parse(line).event, 'decision');
      assert.equal(lines.length, written);
    });
  }
});
