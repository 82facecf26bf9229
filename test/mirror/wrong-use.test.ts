import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { RUNTIMES } from '../parts/archeio-process.ts';
import type { Outcome } from '../parts/command.ts';
import { freePort, listenOnLoopback } from '../parts/ports.ts';
import { runMirror, writeMirrorConfiguration } from './mirror-command.ts';

/** Usage errors and their messages. */

describe('usage errors', () => {
  const folder = mkdtempSync(join(tmpdir(), 'archeio-mirror-'));
  after(() => rmSync(folder, { recursive: true }));

  const configure = (source: object): string =>
    writeMirrorConfiguration(folder, {
      source,
      destinations: [{ name: 'disk', type: 'directory', path: join(folder, 'disk') }],
    });
  const SOURCE = { url: 'https://source.example', repositories: { from: 'catalog' } };
  const mirror = (args: readonly string[], source: object = SOURCE): Promise<Outcome> =>
    runMirror(args, configure(source), { folder });

  for (const [command, option, values, expected] of [
    ['plan', '--shard', ['0/4', '5/4', 'a/b', '3', '-1/4', '1/0', ''], 'from 1/count to count'],
    ['sync', '--shard', ['1.5/3'], 'expected number/count'],
    ['sync', '--shard-index', ['4/4', '$(SHARD)/4', '3', ''], 'expected index/count'],
    ['sync', '--shard=1/4 --shard-index', ['0/4'], 'cannot be used with'],
    ['verify', '--share', ['-1', '101%', 'x', '', '1.5', '5%%'], 'expected a share'],
    ['verify', '--since', ['-5', '7d', 'soon', '', '2026-13-01', '1', '2026'], 'expected a date'],
    ['gc', '--older-than', ['x', '-1d', '14', '', '1d1h', '14days'], 'expected a duration'],
    ['inventory', '--nope', ['x'], 'unknown option'],
  ] as const)
    test(`${command} ${option}`, async () => {
      for (const value of values) {
        const { code, stdout, stderr } = await mirror([
          command,
          ...`${option}=${value}`.split(' '),
          '--json',
        ]);
        assert.equal(code, 2, value);
        assert.ok(String(JSON.parse(stdout).error).includes(expected), stdout);
        assert.ok(stderr.includes(expected), stderr);
        assert.doesNotMatch(stderr, /\n\s+at /);
      }
    });

  test('a grace period that is too short is reported in the unit of the configuration', async () => {
    const { code, stderr } = await mirror(['gc', '--older-than', '2d']);
    assert.equal(code, 2);
    assert.match(stderr, /more than twice presence\.presentFor \(24h\),/);
  });

  test('help shows the defaults as they are written', async () => {
    const help = async (command: string): Promise<string> =>
      (await mirror([command, '--help'])).stdout.replaceAll(/\s+/g, ' ');
    assert.match(await help('sync'), /--shard .*\(default: all blobs\)/);
    assert.match(await help('verify'), /--share .*\(default: all\) --since .*\(default: all\)/);
    assert.match(await help('gc'), /--at-most .*\(default: 10%\)/);
  });

  test('invalid names are refused before any request', async () => {
    for (const name of ['UPPER/case', 'a b', '../x', '/a', 'a/']) {
      const repositories = { from: 'list', names: [name] };
      const { code, stderr } = await mirror(['plan'], { ...SOURCE, repositories });
      assert.equal(code, 1);
      assert.ok(
        stderr.includes(`mirror.source.repositories.names[0]: cannot read name "${name}"`),
        stderr,
      );
    }
    const layout = { from: 'layout', path: '', name: '../x', nme: 1 };
    const { stderr } = await mirror(['plan'], { repositories: layout });
    assert.match(stderr, /repositories\.name: .*"\.\.\/x"/);
    assert.match(stderr, /repositories\.nme: unknown key: did you mean "name"/);
    assert.doesNotMatch(stderr, /url/, 'a layout has none');
  });

  for (const runtime of RUNTIMES)
    test(`an unreachable source is reported soon, as JSON too: ${runtime}`, async () => {
      const url = `http://127.0.0.1:${await freePort()}`;
      const { code, stdout, stderr } = await runMirror(
        ['sync', '--json'],
        configure({ ...SOURCE, url }),
        { folder, runtime },
      );
      assert.equal(code, 1);
      const { error } = JSON.parse(stdout);
      assert.match(error, new RegExp(`^cannot read ${url}/v2/: .`));
      assert.equal(stderr, `archeio: ${error}\n`);
    });

  test('a source that does not answer is asked three times before anything is read', async () => {
    let asked = 0;
    const server = createServer((request) => {
      asked++;
      request.socket.destroy();
    });
    const url = `http://127.0.0.1:${await listenOnLoopback(server)}`;
    const { code } = await mirror(['plan'], { ...SOURCE, url });
    server.close();
    assert.deepEqual([code, asked], [1, 3]);
  });
});
