import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { Comparison } from '../../apps/archeio/src/commands/compare/comparison.ts';
import type { DecisionEvent } from '../../apps/archeio/src/ipc/decision-event.ts';
import { blocksOf } from '../documentation/blocks.ts';
import { must } from '../parts/command.ts';
import { ROOT } from '../../tools/source-files.ts';
import { openDuckDb } from './duckdb.ts';
import { CHANGED, generatedEvents, SERVED, writeEvents } from './generated-events.ts';

/** The queries of docs/guides/analyse-events.md, run by DuckDB on a million events. */

const EVENTS = 1_000_000;
const GIB = 1024 ** 3;
const ENGINES = ['DuckDB', 'ClickHouse', 'BigQuery'];

const folder = mkdtempSync(join(tmpdir(), 'archeio-queries-'));
after(() => rmSync(folder, { recursive: true }));
const path = (name: string): string => join(folder, name);

/** The queries of the guide, by their first line. */
const QUERIES: ReadonlyMap<string, string> = new Map(
  blocksOf(readFileSync(join(ROOT, 'docs/guides/analyse-events.md'), 'utf8'))
    .filter(({ language }) => language === 'sql')
    .map(({ text }) => {
      const [title = '', ...lines] = text.split('\n');
      return [title.replace('-- ', ''), lines.join('\n')];
    }),
);

/** A query with the files of this test. */
function query(title: string): string {
  const text = QUERIES.get(title) ?? assert.fail(`the guide has no query "${title}"`);
  return text
    .replaceAll('events/*.ndjson', path('events/*.ndjson'))
    .replaceAll("'summary.ndjson'", `'${path('summary.ndjson')}'`);
}

/** Sums by key. */
function sums(entries: Iterable<readonly [key: string, value: number]>): Record<string, number> {
  const all: Record<string, number> = {};
  for (const [key, value] of entries) all[key] = (all[key] ?? 0) + value;
  return all;
}

function* each(of: (event: DecisionEvent) => [string, number] | undefined) {
  for (const event of generatedEvents(EVENTS)) {
    const entry = of(event);
    if (entry !== undefined) yield entry;
  }
}

async function compare(events: string): Promise<Comparison> {
  const main = join(ROOT, 'apps/archeio/src/main.mjs');
  const files = ['--old', path('old.yaml'), '--new', path('new.yaml'), '--events', path(events)];
  return JSON.parse(await must(process.execPath, [main, 'compare', ...files, '--json']));
}

test('the guide has each query for each engine', () => {
  for (const engine of ENGINES)
    for (const what of ['decisions', 'summary']) assert.ok(QUERIES.has(`${engine}: ${what}`));
});

describe('the queries of the guide on a million events', async () => {
  mkdirSync(path('events'));
  await writeEvents(path('events/one.ndjson'), EVENTS);
  writeFileSync(path('old.yaml'), SERVED);
  writeFileSync(path('new.yaml'), CHANGED);
  const database = await openDuckDb(folder);
  after(() => database.closeSync());
  const rows = async (title: string) =>
    (await database.runAndReadAll(query(title))).getRowObjectsJson();
  await rows('DuckDB: decisions');

  test('the summary has the totals of the events: compare finds the same in both', async () => {
    await rows('DuckDB: summary');
    const summary = readFileSync(path('summary.ndjson'), 'utf8').trimEnd().split('\n');
    assert.ok(summary.length < EVENTS / 50, `${summary.length} lines`);
    const { lines, first, last, ...bySummary } = await compare('summary.ndjson');
    const { lines: read, first: from, last: to, ...byEvents } = await compare('events/one.ndjson');
    assert.deepEqual(lines, { events: 0, summaries: summary.length, skipped: 0, bad: 0 });
    assert.deepEqual([first, last], [null, null]);
    assert.deepEqual([read.events, read.bad], [EVENTS, 0]);
    assert.ok(from !== null && to !== null && from < to);
    assert.deepEqual(rounded(bySummary), rounded(byEvents));
    assert.ok(byEvents.unchanged.requests > 0 && byEvents.notKnown.requests > 0);
  });

  test('the share from stores, dollars and errors are those of the events', async () => {
    const isBlob = ({ kind, status }: DecisionEvent) => kind === 'blob' && status === 307;
    const all = sums(
      each((event) => (isBlob(event) ? [`${event.region}`, event.weight] : undefined)),
    );
    const stores = sums(
      each((event) => (event.rule === 'R11' ? [`${event.region}`, event.weight] : undefined)),
    );
    for (const row of await rows('question: share from stores')) {
      const region = String(row['region']);
      assert.equal(Number(row['requests']), all[region]);
      near(row['share_from_stores'], (stores[region] ?? 0) / (all[region] ?? 0));
    }

    const PRICES: Readonly<Record<string, number>> = { cdn: 0.05, upstream: 0.12 };
    const dollars = sums(
      each(({ method, bytes, rangeOffset, weight, backend, region }) => {
        const price = PRICES[backend ?? ''];
        if (price === undefined) return undefined;
        const fetched = method === 'GET' && bytes !== null ? Math.max(0, bytes - rangeOffset) : 0;
        return [`${backend} ${region}`, (weight * fetched * price) / GIB];
      }),
    );
    const costs = await rows('question: dollars by region');
    assert.equal(costs.length, Object.keys(dollars).length);
    for (const row of costs)
      near(row['usd'], dollars[`${String(row['backend'])} ${String(row['region'])}`]);

    const errors = sums(
      each(({ status, reason, weight }) => (status >= 400 ? [reason, weight] : undefined)),
    );
    const found = await rows('question: errors');
    assert.deepEqual(
      sums(found.map((row) => [String(row['reason']), Number(row['requests'])])),
      errors,
    );
  });
});

function near(found: unknown, expected = Number.NaN): void {
  assert.ok(
    Math.abs(Number(found) - expected) <= 1e-9 * Math.abs(expected),
    `${String(found)}: ${expected}`,
  );
}

/** Sums of fractions depend on their order: dollars are compared to a billionth, and rows by their names. */
function rounded(value: unknown): unknown {
  if (typeof value === 'number') return Number(value.toPrecision(9));
  if (Array.isArray(value))
    return value
      .map((entry) => rounded(entry))
      .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, rounded(entry)]));
}
