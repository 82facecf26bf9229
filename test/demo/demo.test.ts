import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { DemoSummary } from '../../apps/archeio/src/demo/demo-summary.ts';
import { ROOT } from '../../tools/source-files.ts';
import { type Runtime, RUNTIMES } from '../parts/archeio-process.ts';
import { mustClean, runClean } from '../parts/clean-command.ts';
import { missing } from '../parts/command.ts';
import { RunningDemo } from './running-demo.ts';

/** `archeio demo` as a new user runs it. */

const LAUNCHER = join(ROOT, 'apps/archeio/bin/archeio');

const folder = mkdtempSync(join(tmpdir(), 'archeio-demo-test-'));
after(() => rmSync(folder, { recursive: true }));
/** Where the demo puts its files. Apart from the home directory, where Bun keeps a cache. */
const files = join(folder, 'files');
mkdirSync(files);

/** The lines that docs/getting-started.md says it prints. */
const DOCUMENTED = /^\$ npx archeio demo\n([^]*?)^```$/m
  .exec(readFileSync(join(ROOT, 'docs/getting-started.md'), 'utf8'))![1]
  .split('\n')
  .filter((line) => !/^(?:…|$)/.test(line));

/** A proxy that does not exist: whatever leaves this machine fails. */
const NO_NETWORK = {
  HTTP_PROXY: 'http://127.0.0.1:9',
  HTTPS_PROXY: 'http://127.0.0.1:9',
  http_proxy: 'http://127.0.0.1:9',
  NODE_USE_ENV_PROXY: '1',
};

function runOnce(runtime: Runtime, ...args: readonly string[]) {
  const environment = { ...NO_NETWORK, TMPDIR: files, PATH: process.env['PATH']! };
  const command = [LAUNCHER, 'demo', '--once', '--runtime', runtime, ...args];
  return runClean(command, { folder, environment });
}

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((all, each) => all + each, 0);

for (const runtime of RUNTIMES)
  describe(runtime, () => {
    test('--once shows a hang and a recovery without a failed pull, and leaves nothing behind', async () => {
      const { code, stdout, stderr } = await runOnce(runtime, '--json');
      assert.equal(code, 0, stderr);
      const summary: DemoSummary = JSON.parse(stdout);
      const { pulls, failed, repeated, blobs, redirects, outages, archeio } = summary;
      assert.ok(pulls > 20, stdout);
      assert.equal(failed, 0, stderr);
      // Each pull has an index, a manifest, a configuration and two layers.
      assert.equal(sum(blobs), pulls * 3);
      assert.equal(sum(redirects), pulls * 5 + repeated);
      assert.ok(blobs['aws-paris'] > 0 && blobs['cdn'] > 0, stdout);
      // Archeio counts what the clients count.
      assert.deepEqual(archeio.backends, withoutZeros(redirects));
      assert.equal(sum(archeio.decisions), sum(redirects));
      const [outage] = outages;
      assert.equal(outages.length, 1);
      assert.equal(outage.store, 'aws-paris');
      assert.ok(outage.movedAfterSeconds !== null && outage.backAfterSeconds !== null, stdout);
      assert.ok(outage.hungSeconds >= outage.movedAfterSeconds, stdout);
      // What it says on the way is the same.
      assert.match(stderr, />> aws-paris hangs/);
      assert.match(stderr, />> Archeio: backend-down aws-paris \(/);
      assert.match(
        stderr,
        new RegExp(
          `>> clients of aws-paris get .* now, ${outage.movedAfterSeconds.toFixed(1)} s after`,
        ),
      );
      assert.match(
        stderr,
        new RegExp(
          `>> clients of aws-paris are back, ${outage.backAfterSeconds.toFixed(1)} s after`,
        ),
      );
      assert.equal(rowsOf(stderr), pulls);
      const printed = new Set(stderr.split('\n').map(withoutValues));
      assert.deepEqual(
        DOCUMENTED.filter((line) => !printed.has(withoutValues(line))),
        [],
      );
      assert.deepEqual(readdirSync(files), []);
    });

    test('it runs until Ctrl-C, with a page to open, and then exits with 0 and removes its files', async () => {
      await using demo = await RunningDemo.start(LAUNCHER, runtime, files);
      const page = await fetch(demo.consoleUrl, { headers: { accept: 'text/html' } });
      assert.match(await page.text(), /<title>Archeio/);
      assert.ok(existsSync(demo.configurationFile));
      await demo.until(/^ +\d:\d\d +[1-9]/m);
      demo.signal('SIGINT');
      assert.deepEqual(await demo.ended, { code: 0, signal: null });
      assert.match(demo.output, /^pulls +\d+ in \d+ s, 0 failed$/m);
      assert.deepEqual(readdirSync(files), []);
    });

    test(
      'its image is one that a real client pulls',
      { skip: missing('skopeo').length > 0 && 'not installed: skopeo' },
      async () => {
        await using demo = await RunningDemo.start(LAUNCHER, runtime, files);
        const copy = mkdtempSync(join(tmpdir(), 'archeio-demo-copy-'));
        try {
          const source = `${demo.url.replace('http://', 'docker://')}/demo/app:1.0`;
          await mustClean(
            ['skopeo', 'copy', '--all', '--src-tls-verify=false', source, `oci:${copy}/image:1.0`],
            { folder: copy },
          );
          assert.ok(existsSync(`${copy}/image/index.json`));
        } finally {
          rmSync(copy, { recursive: true });
        }
      },
    );
  });

test('a signal ends --once as it ends any other unfinished command', async () => {
  await using demo = await RunningDemo.start(LAUNCHER, 'node', files, '--once');
  demo.signal('SIGINT');
  assert.deepEqual(await demo.ended, { code: null, signal: 'SIGINT' });
  assert.deepEqual(readdirSync(files), []);
});

test('it has a configuration of its own', async () => {
  const { code, stderr } = await runOnce('node', '--config', 'images.yaml');
  assert.equal(code, 2);
  assert.match(stderr, /^archeio: cannot use --config: the demo writes its own configuration/);
});

/** A line without what differs between two runs. */
function withoutValues(line: string): string {
  return (
    line
      .replace(/\/\S*\/archeio-demo-\w+/, 'FOLDER')
      // On a busy machine, a check of the second store may be too late for the first request.
      .replace(/(?<=get their blobs from )\S+/, 'BACKEND')
      .replaceAll(/ *\d+(?:[.:]\d+)*/g, ' 0')
  );
}

function withoutZeros(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}

/** The pulls in the rows of the table. */
function rowsOf(text: string): number {
  return [...text.matchAll(/^ +\d+:\d\d +(\d+) .*\d$/gm)]
    .filter(([row]) => !row.includes('>>'))
    .reduce((all, [, pulls]) => all + Number(pulls), 0);
}
