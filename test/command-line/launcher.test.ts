import assert from 'node:assert/strict';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type Outcome, run } from '../parts/command.ts';
import { ROOT } from '../../tools/source-files.ts';
import { isOneClearLine } from './one-clear-line.ts';

const LAUNCHER = join(ROOT, 'apps/archeio/bin/archeio');

test('files of the directory that it is started in change nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'archeio-launcher-'));
  try {
    writeFileSync(join(folder, '.env'), 'LOG_LEVEL=from-a-file\n');
    writeFileSync(join(folder, 'bunfig.toml'), 'preload = ["./preloaded.ts"]\n');
    writeFileSync(join(folder, 'preloaded.ts'), 'console.log("preloaded");\n');
    // It ends by itself: this machine has no such address.
    const configuration = join(folder, 'images.yaml');
    writeFileSync(
      configuration,
      JSON.stringify({
        version: 1,
        listen: { host: '192.0.2.1', admin: { host: '127.0.0.1', port: 0 } },
        clientAddress: { topology: 'remote' },
        pages: { info: 'https://example.com/', privacy: 'https://example.com/' },
        registries: [{ name: 'a', upstreams: [{ name: 'b', url: 'https://upstream.example' }] }],
      }),
    );
    for (const runtime of ['bun', 'node']) {
      const command = `cd ${folder} && exec ${LAUNCHER} serve --runtime ${runtime} --config ${configuration}`;
      const { code, stdout, stderr } = await run('/bin/sh', ['-c', command]);
      assert.equal(code, 1);
      assert.match(stderr, /^archeio: cannot listen on 192\.0\.2\.1:8080: /, runtime);
      assert.doesNotMatch(stdout, /preloaded/, runtime);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe('the launcher', () => {
  /** A copy of the launcher that finds only these commands. */
  async function launch(
    commands: Record<string, string>,
    args: readonly string[],
    installed: readonly string[] = ['commander'],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<Outcome> {
    const folder = mkdtempSync(join(tmpdir(), 'archeio-launcher-'));
    try {
      mkdirSync(join(folder, 'app/bin'), { recursive: true });
      mkdirSync(join(folder, 'path'));
      for (const name of installed)
        mkdirSync(join(folder, 'node_modules', name), { recursive: true });
      cpSync(LAUNCHER, join(folder, 'app/bin/archeio'));
      for (const [name, script] of Object.entries(commands)) {
        writeFileSync(join(folder, 'path', name), `#!/bin/sh\n${script}\n`);
        chmodSync(join(folder, 'path', name), 0o755);
      }
      for (const name of ['readlink', 'dirname'])
        writeFileSync(join(folder, 'path', name), `#!/bin/sh\nexec /usr/bin/${name} "$@"\n`, {
          mode: 0o755,
        });
      return await run('/bin/sh', [join(folder, 'app/bin/archeio'), ...args], {
        PATH: join(folder, 'path'),
        ...environment,
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  const OLD_NODE = 'echo v20.20.2';
  const NEW_NODE = '[ "$1" = --version ] && echo v26.10.0 || echo "node runs"';
  const BUN =
    '[ "$1" = --version ] && echo 1.4.5 || echo "bun runs, $BUN_CONFIG_MAX_HTTP_REQUESTS fetches"';

  test('bun is the default, node the alternative', async () => {
    assert.match(
      (await launch({ bun: BUN, node: NEW_NODE }, ['serve'])).stdout,
      /^bun runs, \d{5} fetches\n$/,
    );
    assert.equal(
      (await launch({ bun: BUN, node: NEW_NODE }, ['serve', '--runtime', 'node'])).stdout,
      'node runs\n',
    );
    assert.equal(
      (await launch({ bun: BUN, node: NEW_NODE }, ['serve', '--runtime=node'])).stdout,
      'node runs\n',
    );
    assert.equal((await launch({ node: NEW_NODE }, ['serve'])).stdout, 'node runs\n');
    assert.equal(
      (await launch({ bun: 'exit 1', node: NEW_NODE }, ['serve'])).stdout,
      'node runs\n',
    );
  });

  // nodejs/node#62503, libuv/libuv#28: unanswered look-ups occupy the few threads that a runtime has by default.
  test('a runtime gets threads for many name look-ups, unless the environment sets their number', async () => {
    const threads = '[ "$1" = --version ] && echo v26.10.0 || echo "$UV_THREADPOOL_SIZE threads"';
    for (const runtime of ['bun', 'node']) {
      const args = ['serve', '--runtime', runtime];
      assert.equal((await launch({ [runtime]: threads }, args)).stdout, '64 threads\n');
      const chosen = { UV_THREADPOOL_SIZE: '8' };
      assert.equal(
        (await launch({ [runtime]: threads }, args, ['commander'], chosen)).stdout,
        '8 threads\n',
      );
    }
  });

  test('it works through links, from any directory, and in a path with spaces', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'archeio with spaces '));
    try {
      symlinkSync(LAUNCHER, join(folder, 'first'));
      symlinkSync(join(folder, 'first'), join(folder, 'second link'));
      const { code, stdout } = await run('/bin/sh', [
        '-c',
        'cd / && exec "$0" --version',
        join(folder, 'second link'),
      ]);
      assert.equal(code, 0);
      assert.match(stdout, /^\d/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('a missing or wrong runtime is one clear line', async () => {
    for (const [commands, args, expected] of [
      [{}, [], /needs bun, or node 24 or newer \(found node: none\)/],
      [{ node: OLD_NODE }, [], /needs bun, or node 24 or newer \(found node: v20\.20\.2\)/],
      [{ node: 'exit 1' }, [], /found node: none/],
      [{ node: NEW_NODE }, ['--runtime', 'bun'], /cannot find bun/],
    ] as const) {
      const outcome = await launch(commands, args);
      assert.equal(outcome.code, 1);
      isOneClearLine(outcome);
      assert.match(outcome.stderr, expected);
      assert.match(outcome.stderr, /not with --omit=dev.*: run "npm ci", or put one/);
    }
    // What npm --ignore-scripts leaves: a bun that only prints an error, and no node.
    const stub = 'echo "Error: Bun\'s postinstall script was not run." >&2; exit 1';
    for (const [commands, args] of [
      [{ bun: stub, node: OLD_NODE }, ['serve']],
      [{ bun: stub }, ['--runtime', 'bun']],
      [{ node: OLD_NODE }, ['--runtime', 'node', 'serve']],
    ] as const) {
      const outcome = await launch(commands, args, ['commander', 'bun', 'node']);
      assert.equal(outcome.code, 1);
      isOneClearLine(outcome);
      assert.match(outcome.stderr, /--ignore-scripts.*"npm rebuild bun node"/);
    }
    const bare = await launch({ bun: BUN }, ['serve'], []);
    assert.equal(bare.code, 1);
    isOneClearLine(bare);
    assert.match(bare.stderr, /its dependencies are not installed: run "npm ci"/);
    const wrong = await launch({ bun: BUN }, ['--runtime', 'deno']);
    assert.equal(wrong.code, 2);
    isOneClearLine(wrong);
  });
});
