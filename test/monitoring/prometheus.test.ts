import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from '../../tools/source-files.ts';
import { RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { unavailable } from '../parts/availability.ts';
import { answersHttp, startPart } from '../parts/part-process.ts';
import { freePort } from '../parts/ports.ts';
import { startStore } from '../parts/store-server.ts';
import { digest, pull, startUpstream, upstreamAt, withStore } from '../serving/configurations.ts';
import { dashboardExpressions, RULES, rules } from './monitoring-files.ts';

/** Blobs that the store has, and that only the upstream has. */
const STORED = 300;
const OTHERS = 100;

interface Answer {
  readonly status: string;
  readonly data: {
    readonly result: readonly { readonly value: readonly [number, string] }[];
    readonly groups: readonly {
      readonly rules: readonly {
        readonly name: string;
        readonly health: string;
        readonly state?: string;
      }[];
    }[];
  };
}

/** Asks Prometheus' HTTP API. */
async function ask(origin: string, path: string): Promise<Answer> {
  const response = await fetch(`${origin}/api/v1/${path}`, { signal: AbortSignal.timeout(10_000) });
  return (await response.json()) as Answer;
}

/** The values of an expression now. */
async function values(origin: string, expr: string): Promise<number[]> {
  const { status, data } = await ask(origin, `query?query=${encodeURIComponent(expr)}`);
  assert.equal(status, 'success', expr);
  return data.result.map(({ value: [, text] }) => Number(text));
}

/** Waits up to a minute. */
async function until(what: string, probe: () => Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + 60_000; performance.now() < deadline; await sleep(200))
    if (await probe()) return;
  throw new Error(`not within a minute: ${what}`);
}

suite('a real Prometheus', { skip: unavailable(['prometheus']) }, () => {
  for (const runtime of RUNTIMES)
    test(`counts every request to Archeio on ${runtime}, and evaluates rules and dashboard`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
      try {
        await using store = await startStore();
        await using upstream = await startUpstream();
        for (let at = 0; at < STORED; at++) store.put(digest(at), Buffer.from([1]));
        await using archeio = await startWith(runtime, {
          ...withStore(store.url),
          ...upstreamAt(upstream.url),
        });
        const port = await freePort();
        const origin = `http://127.0.0.1:${port}`;
        cpSync(join(ROOT, RULES), join(folder, 'archeio.rules.yaml'));
        writeFileSync(
          join(folder, 'prometheus.yaml'),
          JSON.stringify({
            global: { scrape_interval: '1s', evaluation_interval: '1s' },
            rule_files: ['archeio.rules.yaml'],
            scrape_configs: [
              {
                job_name: 'archeio',
                static_configs: [{ targets: [`127.0.0.1:${archeio.adminPort}`] }],
              },
            ],
          }),
        );
        await using prometheus = startPart(
          'prometheus',
          [
            'prometheus',
            `--config.file=${join(folder, 'prometheus.yaml')}`,
            `--storage.tsdb.path=${join(folder, 'data')}`,
            `--web.listen-address=127.0.0.1:${port}`,
          ],
          { folder },
        );
        await prometheus.until(() => answersHttp(`${origin}/-/ready`));

        // Half of them after the first scrape, so that Prometheus sees counters grow.
        const counts = { R11: 0, R12: 0 };
        const load = async (from: number) => {
          for (let at = from; at < STORED + OTHERS; at += 2) {
            const { location } = await pull(archeio.port, at);
            counts[location?.startsWith(store.url) ? 'R11' : 'R12']++;
          }
        };
        await load(0);
        await until('a scrape', async () => (await values(origin, 'archeio_workers')).length > 0);
        await load(1);
        assert.deepEqual(counts, { R11: STORED, R12: OTHERS });

        const sum = async (selector: string): Promise<number> =>
          (await values(origin, `sum(${selector})`))[0] ?? 0;
        const all = 'http_server_request_duration_seconds_count{job="archeio"}';
        const decided = 'archeio_decisions_total{job="archeio",kind="blob"}';
        await until('every request counted', async () => {
          const counted = [await sum(all), await sum(decided)];
          return counted.every((count) => count >= STORED + OTHERS);
        });
        assert.deepEqual([await sum(all), await sum(decided)], [STORED + OTHERS, STORED + OTHERS]);
        for (const rule of ['R11', 'R12'] as const)
          assert.equal(await sum(`archeio_decisions_total{rule="${rule}"}`), counts[rule]);

        for (const expr of dashboardExpressions())
          await values(origin, expr.replaceAll(/\$(?:job|instance)/g, '.+'));
        await until('the share of blobs', async () => {
          const [share] = await values(origin, 'archeio:blobs_from_stores:ratio_rate30m');
          return share !== undefined && share > 0 && share <= 1;
        });
        const evaluated = (await ask(origin, 'rules')).data.groups.flatMap((group) => group.rules);
        assert.equal(evaluated.length, rules().length);
        assert.deepEqual(
          evaluated.filter(({ health }) => health !== 'ok'),
          [],
        );
        assert.deepEqual(
          evaluated.filter(({ state }) => state === 'firing'),
          [],
        );

        const pending = async (): Promise<string[]> =>
          (await ask(origin, 'rules')).data.groups
            .flatMap((group) => group.rules)
            .filter(({ state }) => state === 'pending')
            .map(({ name }) => name);
        archeio.signal('SIGKILL');
        await archeio.ended;
        await until('the alerts about the end of Archeio', async () => {
          const names = await pending();
          return names.includes('ArcheioDown') && names.includes('ArcheioInstanceDown');
        });
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
});
