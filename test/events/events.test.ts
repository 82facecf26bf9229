import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import type { DecisionEvent } from '../../apps/archeio/src/ipc/decision-event.ts';
import { REASONS } from '../../packages/redirect/src/index.ts';
import { type ConfiguredProcess, RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { until } from '../parts/log-waits.ts';
import { startStore } from '../parts/store-server.ts';
import { metrics, sumOf } from '../processes/several-processes.ts';
import { digest, startUpstream, upstreamAt, withStore } from '../serving/configurations.ts';
import { type Answered, type Asked, load } from './event-load.ts';
import { eventValidator } from './validator.ts';

const STORED = 40;

/** Every kind of request, several times. */
function everything(): Asked[] {
  const blobs = Array.from(
    { length: STORED + 20 },
    (_, at) => `/v2/some/pause/blobs/${digest(at)}`,
  );
  const once: Asked[] = [
    ...blobs.map((path) => ({ method: 'GET', path, headers: { Range: 'bytes=10-' } })),
    ...blobs.map((path) => ({ method: 'HEAD', path, headers: { 'User-Agent': 'a "b" ä\\' } })),
    { method: 'GET', path: '/v2/pause/manifests/3.9', headers: { Authorization: 'Bearer secret' } },
    { method: 'GET', path: `/v2/pause/manifests/${digest(1)}` },
    { method: 'GET', path: '/v2/pause/tags/list?n=5' },
    { method: 'GET', path: `/v2/pause/referrers/${digest(1)}` },
    { method: 'POST', path: '/v2/pause/blobs/uploads/' },
    { method: 'GET', path: '/v2/' },
    { method: 'GET', path: '/v2/_catalog' },
    { method: 'GET', path: '/v2/Upper/manifests/x' },
    { method: 'GET', path: '/' },
    { method: 'GET', path: '/readyz' },
    { method: 'GET', path: '/nothing?X-Amz-Signature=secret' },
  ];
  return [...once, ...once, ...once];
}

/** How often each kind of answer occurs. */
function tally<T>(list: readonly T[], keyOf: (each: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const each of list) counts.set(keyOf(each), (counts.get(keyOf(each)) ?? 0) + 1);
  return new Map([...counts].toSorted(([a], [b]) => a.localeCompare(b)));
}

/** What the clients saw, as far as events say the same. */
function seenBy({ method, status, location = '' }: Answered): string {
  const host = location.split('/')[2] ?? '';
  return [method, status, host, /\/blobs\/|sha256/.exec(location)?.[0] ?? ''].join(' ');
}

function checkEvents(
  events: readonly DecisionEvent[],
  answers: readonly Answered[],
  storeUrl: string,
  problemOf: (event: unknown) => string | undefined,
): void {
  for (const event of events) assert.equal(problemOf(event), undefined, JSON.stringify(event));
  assert.equal(events.length, answers.length);
  assert.deepEqual(
    tally(events, ({ method, status }) => `${method} ${status}`),
    tally(answers, ({ method, status }) => `${method} ${status}`),
  );
  const fromStore = answers.filter(({ location }) => location?.startsWith(storeUrl));
  const stored = events.filter(({ backend }) => backend === 'store');
  assert.equal(stored.length, fromStore.length);
  assert.ok(new Set(answers.map(seenBy)).size > 8, 'the answers differ');
  const codes = new Set<string>(Object.values(REASONS).map(({ code }) => code));
  for (const event of events) {
    assert.ok(codes.has(event.reason), event.reason);
    assert.equal(event.weight, 1);
    assert.equal(
      event.client,
      event.rule === 'R6' || /^R[1-57]$/.test(event.rule) ? undefined : '127.0.0.1',
    );
  }
  for (const { method, bytes, rangeOffset, considered, name } of stored) {
    assert.deepEqual([bytes, rangeOffset], [1000, method === 'GET' ? 10 : 0]);
    assert.deepEqual(considered, [{ backend: 'store', presence: 'present' }]);
    assert.equal(name, 'some/pause');
  }
  const agents = new Set(events.map(({ userAgent }) => userAgent));
  assert.deepEqual(agents, new Set([null, 'a "b" ä\\']));
  assert.ok(!JSON.stringify(events).includes('secret'));
}

suite('decision events', async () => {
  const problemOf = await eventValidator();

  test('the validator finds what is wrong', () => {
    assert.match(problemOf({}) ?? '', /required/);
    assert.match(problemOf('text') ?? '', /object/);
  });

  const folder = mkdtempSync(join(tmpdir(), 'archeio-events-'));
  test.after(() => rmSync(folder, { recursive: true }));

  for (const runtime of RUNTIMES)
    for (const to of ['stdout', 'file'] as const)
      test(`agree with what clients saw, to the request: ${to}, ${runtime}`, async () => {
        const file = join(folder, `${runtime}.ndjson`);
        await using store = await startStore();
        await using upstream = await startUpstream();
        for (let at = 0; at < STORED; at++) store.put(digest(at), Buffer.alloc(1000));
        const started = (): Promise<ConfiguredProcess> =>
          startWith(runtime, {
            ...withStore(store.url, { presence: { budget: '10s', timeout: '20s' } }),
            ...upstreamAt(upstream.url),
            listen: { host: '127.0.0.1', port: 0, processes: to === 'file' ? 2 : 1 },
            events: { to: to === 'file' ? file : to, sample: 1, client: 'full' },
          });
        await using archeio = await started();
        const answers = await load(archeio.port, everything());
        const written = async () => sumOf(await metrics(archeio), 'archeio_events_written_total');
        await until('all events are written', async () => (await written()) >= answers.length);
        assert.equal(await written(), answers.length);
        assert.equal(sumOf(await metrics(archeio), 'archeio_events_dropped_total'), 0);
        answers.push(...(await load(archeio.port, everything())));
        // What waits is written before the end.
        archeio.signal('SIGTERM');
        assert.deepEqual(await archeio.ended, { code: 0, signal: null });
        const lines: { event: string }[] =
          to === 'stdout'
            ? [...archeio.log]
            : readFileSync(file, 'utf8')
                .split('\n')
                .slice(0, -1)
                .map((line) => JSON.parse(line));
        const events = lines.filter((each): each is DecisionEvent => each.event === 'decision');
        if (to === 'stdout') assert.equal(archeio.log.at(-1)?.event, 'stopped');
        else assert.equal(events.length, lines.length);
        checkEvents(events, answers, store.url, problemOf);
      });
});
