import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { RUNTIMES } from '../parts/archeio-process.ts';
import { ROOT } from '../../tools/source-files.ts';
import { spawnLimited } from '../parts/limited-child.ts';

/** Time limit of each wait, in milliseconds. */
const PATIENCE = 30_000;

const MAIN = join(ROOT, 'apps/archeio/src/main.mjs');

for (const runtime of RUNTIMES) {
  const program = join(ROOT, 'node_modules/.bin', runtime);

  // linkchecker/linkchecker#767: a configuration from <(command) is read once.
  test(`a configuration from a pipe is served and never refused; inventories that are not regular files block nothing: ${runtime}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'archeio-files-'));
    const pipe = join(folder, 'pipe');
    assert.equal(spawnSync('mkfifo', [pipe], { timeout: 10_000 }).status, 0);
    const inventories = ['/dev/zero', pipe, folder];
    const file = join(folder, 'configuration.json');
    writeFileSync(
      file,
      JSON.stringify({
        version: 1,
        listen: { admin: { port: 0 } },
        pages: { info: 'https://example.com', privacy: 'https://example.com' },
        ranges: { refreshEvery: 'never', directory: folder },
        registries: [{ name: 'r', upstreams: [{ name: 'u', url: 'http://127.0.0.1:2' }] }],
        stores: inventories.map((each, index) => ({
          name: `s${index}`,
          url: 'http://127.0.0.1:2',
          key: `${index}/{digest}`,
          default: true,
          inventory: { file: each },
        })),
      }),
    );
    // A damaged ranges file that blocks when opened.
    assert.equal(spawnSync('mkfifo', [join(folder, 'AWS.ranges')], { timeout: 10_000 }).status, 0);
    const child = spawnLimited(
      'bash',
      ['-c', `exec "${program}" "${MAIN}" serve --port 0 --config <(cat "${file}")`],
      { env: { PATH: process.env['PATH'], HOME: folder }, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let output = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    const ended = new Promise((resolve) => child.once('close', resolve));
    const until = async (what: string, holds: () => boolean): Promise<void> => {
      const end = performance.now() + PATIENCE;
      while (!holds()) {
        if (performance.now() > end) throw new Error(`${what} not in time: ${output}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    const lines = (): Record<string, unknown>[] =>
      output
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line));
    const of = (event: string) => lines().filter((line) => line['event'] === event);
    try {
      await until('started', () => of('started').length === 1);
      await until('inventories', () => of('inventory-not-loaded').length === inventories.length);
      assert.deepEqual(
        new Set(of('inventory-not-loaded').map(({ problem }) => problem)),
        new Set([
          `cannot read "/dev/zero": it is not a regular file`,
          `cannot read "${folder}": it is a directory`,
          `cannot read "${pipe}": it is not a regular file`,
        ]),
      );
      assert.match(JSON.stringify(of('ranges-file-unusable')), /it is not a regular file/);
      child.kill('SIGHUP');
      await until('reload', () => of('reload').length === 1);
      const [started] = of('started');
      const admin = `http://127.0.0.1:${String(started['adminPort'])}`;
      const signal = AbortSignal.timeout(PATIENCE);
      const metrics = await (await fetch(`${admin}/metrics`, { signal })).text();
      assert.match(metrics, /^archeio_config_last_reload_successful 1$/m);
      assert.deepEqual(of('configuration-refused'), []);
    } finally {
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true });
    }
  });
}
