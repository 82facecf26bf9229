import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { Comparison } from '../../apps/archeio/src/commands/compare/comparison.ts';
import { sample } from '../command-line/sample.ts';
import { RUNTIMES } from '../parts/archeio-process.ts';
import { type Outcome, run } from '../parts/command.ts';
import { ROOT } from '../../tools/source-files.ts';
import { CHANGED, generatedEvents, SERVED } from './generated-events.ts';

const LAUNCHER = join(ROOT, 'apps/archeio/bin/archeio');
const EVENTS = 2000;

const folder = mkdtempSync(join(tmpdir(), 'archeio-compare-'));
after(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const events = [...generatedEvents(EVENTS)];
const text = events.map((event) => `${JSON.stringify(event)}\n`).join('');
const LOG_LINE = '{"time":"2026-01-01T00:00:00.000Z","level":"info","event":"started"}\n';
const good = file('events.ndjson', LOG_LINE + text);
const old = file('old.yaml', SERVED);
const next = file('new.yaml', CHANGED);

const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);

for (const runtime of RUNTIMES) {
  const compare = (...args: readonly string[]): Promise<Outcome> =>
    run(LAUNCHER, ['compare', ...args, '--runtime', runtime]);
  const parsed = ({ stdout }: Outcome): Comparison => JSON.parse(stdout);

  describe(`archeio compare: ${runtime}`, () => {
    test('--json has the totals of the events, and what each is compared with', async () => {
      const outcome = await compare('--old', old, '--new', next, '--events', good, '--json');
      assert.deepEqual([outcome.code, outcome.stderr], [0, '']);
      const { lines, all, notAsRecorded, elsewhere, notKnown, unchanged, ...so } = parsed(outcome);
      assert.deepEqual(lines, { events: EVENTS, summaries: 0, skipped: 1, bad: 0 });
      const blobs = events.filter(({ kind, method }) => kind === 'blob' && method === 'GET');
      assert.deepEqual(all, {
        requests: sum(events.map(({ weight }) => weight)),
        bytes: sum(
          blobs.map(({ bytes, rangeOffset, weight }) =>
            bytes === null ? 0 : weight * Math.max(0, bytes - rangeOffset),
          ),
        ),
        unknownSizes: sum(blobs.map(({ bytes, weight }) => (bytes === null ? weight : 0))),
      });
      assert.equal(notAsRecorded, 0);
      // Blobs that Dublin served would come from the default store, of which the events say nothing.
      const fromDublin = events.filter(({ backend }) => backend === 'dublin');
      assert.equal(notKnown.requests, sum(fromDublin.map(({ weight }) => weight)));
      assert.equal(notKnown.requests, notKnown.by.presence.requests);
      assert.deepEqual(
        notKnown.ifPresent.map(({ backend }) => backend),
        ['edge'],
      );
      // The default store has another name and the same place.
      assert.equal(elsewhere.requests, 0);
      assert.equal(unchanged.requests + notKnown.requests, all.requests);
      const cdn = events.filter(({ backend }) => backend === 'cdn');
      const used = (name: string) => so.backends.find(({ backend }) => backend === name);
      assert.equal(used('edge')?.new.requests, sum(cdn.map(({ weight }) => weight)));
      assert.deepEqual([used('cdn')?.old, used('cdn')?.new.requests], [used('edge')?.new, 0]);
      assert.deepEqual([so.first, so.last], [events[0]?.time, events.at(-1)?.time]);
    });

    test('the text says the same, and the configuration in use may be that of --config', async () => {
      const { code, stdout, stderr } = await compare(
        '--config',
        old,
        '--new',
        next,
        '--events',
        good,
      );
      assert.deepEqual([code, stderr], [0, '']);
      assert.match(
        stdout,
        /^2,000 events for [\d,]+ requests, from 2026-01-01T\S+ to 2026-01-01T\S+$/m,
      );
      assert.match(stdout, /^skipped: 1 other line of the log$/m);
      assert.match(
        stdout,
        /^ {2}[\d,]+: no event shows whether a store or upstream has the content$/m,
      );
      assert.match(stdout, /^edge +0 +[\d,]+ +0 B/m);
    });

    test('bad lines are told by number, the rest is compared, and the exit code is 1', async () => {
      const [first = '', second = ''] = text.split('\n');
      const bad = file(
        `bad-${runtime}.ndjson`,
        [first, '{"event":"decision","schema":2}', 'x', LOG_LINE.trim(), second.slice(0, 99)].join(
          '\n',
        ),
      );
      const outcome = await compare('--old', old, '--new', next, '--events', bad, '--json');
      assert.equal(outcome.code, 1);
      assert.deepEqual(outcome.stderr.split('\n'), [
        `archeio: ${bad}:2: schema: expected 1, which this version of Archeio reads, found 2`,
        `archeio: ${bad}:3: not JSON: expected one event a line`,
        `archeio: ${bad}:5: the file ends within this line`,
        'archeio: 3 bad lines, not compared',
        '',
      ]);
      const { lines, all } = parsed(outcome);
      assert.deepEqual(lines, { events: 1, summaries: 0, skipped: 1, bad: 3 });
      assert.equal(all.requests, events[0]?.weight);
    });

    test('many bad lines are counted, and a file without events is an error', async () => {
      const none = file(`none-${runtime}.ndjson`, 'x\n'.repeat(50));
      const outcome = await compare('--old', old, '--new', next, '--events', none, '--json');
      assert.equal(outcome.code, 1);
      const said = outcome.stderr.split('\n');
      assert.equal(said.length, 13);
      assert.equal(said[10], `archeio: ${none}: 40 more bad lines`);
      assert.match(said[11] ?? '', /^archeio: there are no events in ".*": expected lines with /);
      const { code, lines } = JSON.parse(outcome.stdout);
      assert.deepEqual([code, lines], ['failed', { events: 0, summaries: 0, skipped: 0, bad: 50 }]);
    });

    test('wrong use is one clear line and exit code 2; bad configurations are as in config check', async () => {
      mkdirSync(join(folder, 'directory'), { recursive: true });
      for (const [args, message] of sample(runtime, [
        [
          ['--new', next, '--events', join(folder, 'no')],
          /cannot read events from ".*no": there is no/,
        ],
        [
          ['--new', next, '--events', join(folder, 'directory')],
          /it is a directory, expected a file/,
        ],
        [['--new', next], /required option "--events <file>" not specified/],
        [['--events', good], /required option "--new <file>" not specified/],
        [['--old', '-', '--new', next, '--events', '-'], /cannot read standard input twice/],
        [['--old', join(folder, 'no'), '--new', next, '--events', good], /cannot read ".*no"/],
        [['--old', old, '--config', old, '--new', next, '--events', good], /two configurations/],
      ] as const)) {
        const { code, stdout, stderr } = await compare(...args);
        assert.deepEqual([code, stdout], [2, ''], stderr);
        assert.match(stderr, message);
        assert.match(stderr, /^archeio: [^\n]+\n$/);
      }
      const broken = file(`broken-${runtime}.yaml`, 'version: 1\nstores: 7\n');
      const [here, there] = await Promise.all([
        compare('--old', old, '--new', broken, '--events', good),
        run(LAUNCHER, ['config', 'check', broken, '--runtime', runtime]),
      ]);
      assert.deepEqual([here.code, here.stderr], [1, there.stderr]);
    });

    test('events come from standard input too', async () => {
      const script = `cat "$1" | "$2" compare --old "$3" --new "$4" --events - --json --runtime ${runtime}`;
      const outcome = await run('sh', ['-c', script, 'sh', good, LAUNCHER, old, next]);
      assert.deepEqual([outcome.code, outcome.stderr], [0, '']);
      assert.equal(parsed(outcome).lines.events, EVENTS);
    });
  });
}
