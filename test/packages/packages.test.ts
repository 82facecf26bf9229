import assert from 'node:assert/strict';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { workspacePackages } from '../../tools/published-package.ts';
import { ROOT } from '../../tools/source-files.ts';
import { must, run } from '../parts/command.ts';
import { untilStarted } from './served.ts';
import { checkedExample, readmeOf } from './readme-example.ts';

/** What users get: tarballs installed into an empty folder, on each supported runtime. */

const PACKAGES = workspacePackages();
const LIBRARIES = PACKAGES.filter(({ folder }) => folder.startsWith('packages/'));
const QUIET = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
/** Reused by later runs. */
const NODE_24 = join(ROOT, '.test-run/node-24');

const { code } = await run('npm', ['ping', '--fetch-retries=0']);
const skip = code === 0 ? false : 'npm cannot reach its registry';

async function installNode24(): Promise<void> {
  const locked = join(ROOT, 'test/packages/node-24');
  const lock = join(NODE_24, 'package-lock.json');
  const wanted = readFileSync(join(locked, 'package-lock.json'), 'utf8');
  const isThere = existsSync(join(NODE_24, 'node_modules/.bin/node'));
  if (isThere && readFileSync(lock, 'utf8') === wanted) return;
  mkdirSync(NODE_24, { recursive: true });
  cpSync(locked, NODE_24, { recursive: true });
  await must('npm', ['ci', '--prefix', NODE_24, ...QUIET]);
}

describe('packed and installed into an empty folder', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'archeio-packages-'));
  const tarballs = join(folder, 'tarballs');
  const consumer = join(folder, 'consumer');
  const runtimes: Readonly<Record<string, string>> = {
    'Node 24': join(NODE_24, 'node_modules/.bin/node'),
    'Node 26': join(ROOT, 'node_modules/.bin/node'),
    Bun: join(ROOT, 'node_modules/.bin/bun'),
  };
  const inConsumer = (name: string): string => join(consumer, name);

  before(async () => {
    await installNode24();
    await must('npm', ['run', 'pack', '--prefix', ROOT, '--', '--out', tarballs]);
    const dependencies = PACKAGES.map(({ manifest: { name, version } }) => {
      const file = `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;
      return [name, `file:${join(tarballs, file)}`] as const;
    });
    mkdirSync(consumer);
    const manifest = {
      private: true,
      type: 'module',
      dependencies: Object.fromEntries(dependencies),
    };
    writeFileSync(inConsumer('package.json'), JSON.stringify(manifest));
    await must('npm', ['install', '--prefix', consumer, '--ignore-scripts', ...QUIET]);
    for (const { folder: of, manifest } of LIBRARIES)
      writeFileSync(
        inConsumer(`${manifest.name.split('/')[1]}.ts`),
        checkedExample(readmeOf(of).example).program,
      );
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const [runtime, program] of Object.entries(runtimes))
    describe(runtime, { concurrency: 2 }, () => {
      for (const { manifest } of LIBRARIES)
        test(`the example of ${manifest.name} gives the values in its comments`, async () => {
          const file = inConsumer(`${manifest.name.split('/')[1]}.ts`);
          const outcome = await run(program, [file]);
          assert.equal(outcome.code, 0, outcome.stderr);
        });
    });

  test('the examples type-check against the declarations', async () => {
    const options = {
      strict: true,
      noEmit: true,
      module: 'nodenext',
      target: 'esnext',
      types: ['node'],
      typeRoots: [join(ROOT, 'node_modules/@types')],
    };
    const names = LIBRARIES.map(({ manifest }) => `${manifest.name.split('/')[1]}.ts`);
    const project = inConsumer('tsconfig.json');
    writeFileSync(project, JSON.stringify({ compilerOptions: options, files: names }));
    const outcome = await run(join(ROOT, 'node_modules/.bin/tsc'), ['--project', project]);
    assert.deepEqual([outcome.code, outcome.stdout], [0, '']);
  });

  test('each has the metadata for a registry, only compiled code, and no reference to the workspace', () => {
    for (const { folder: of, manifest } of PACKAGES) {
      const installed = inConsumer(`node_modules/${manifest.name}`);
      const packed = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
      assert.equal(packed.private, undefined);
      assert.equal(packed.license, 'Apache-2.0');
      assert.equal(packed.repository.directory, of);
      assert.ok(packed.keywords.length >= 3 && packed.description.length > 20, manifest.name);
      assert.match(packed.engines.node, /^>=\d+$/);
      const compiled = existsSync(join(ROOT, of, 'src')) ? ['dist'] : [];
      for (const name of ['LICENSE', 'README.md', ...compiled, ...(manifest.files ?? [])])
        assert.ok(existsSync(join(installed, name)), `${manifest.name}: ${name}`);
      assert.equal(existsSync(join(installed, 'src')), false);
      for (const [name, range] of Object.entries(packed.dependencies))
        assert.match(String(range), /^\d+\.\d+\.\d+$/, `${manifest.name}: ${name}`);
      if (packed.exports === undefined) continue;
      assert.equal(packed.sideEffects, false);
      const { types, default: main } = packed.exports['.'];
      for (const name of [types, main, `${main}.map`])
        assert.ok(existsSync(join(installed, name)), `${manifest.name}: ${name}`);
    }
  });

  describe('archeio', () => {
    const archeio = (): string => inConsumer('node_modules/.bin/archeio');
    const path = (program: string): string => `${join(program, '..')}:${process.env['PATH']}`;

    for (const [runtime, program] of Object.entries(runtimes))
      test(`--version, explain and serve: ${runtime}`, async () => {
        const kind = runtime === 'Bun' ? 'bun' : 'node';
        const environment = { PATH: path(program), ADMIN_PORT: '0' };
        const version = await run(archeio(), ['--version', '--runtime', kind], environment);
        assert.match(version.stdout, /^\d+\.\d+\.\d+ \(revision .+\)\n$/, version.stderr);

        const target = '/v2/pause/manifests/3.9';
        const args = ['explain', target, '--ip', '192.0.2.1', '--json', '--runtime', kind];
        const explained = await run(archeio(), args, environment);
        assert.equal(explained.code, 0, explained.stderr);
        const { location } = JSON.parse(explained.stdout).decision;

        await using served = await untilStarted(
          archeio(),
          ['serve', '--port', '0', '--runtime', kind],
          environment,
        );
        assert.match(served.runtime, new RegExp(`^${runtime.toLowerCase()}\\b`));
        const answer = await fetch(`http://127.0.0.1:${served.port}${target}`, {
          redirect: 'manual',
        });
        assert.equal(answer.status, 307);
        assert.equal(answer.headers.get('location'), location);

        for (const file of [
          '',
          'console/app.js',
          'console/lib/preact.js',
          'console/lib/uplot.js',
        ]) {
          const headers = { Accept: 'text/html,*/*' };
          const page = await fetch(`http://127.0.0.1:${served.adminPort}/${file}`, { headers });
          assert.equal(page.status, 200, file);
          assert.match(page.headers.get('content-type') ?? '', /^text\/(?:html|javascript);/);
        }
      });

    describe('demo', { concurrency: 3 }, () => {
      for (const [runtime, program] of Object.entries(runtimes))
        test(runtime, async () => {
          const kind = runtime === 'Bun' ? 'bun' : 'node';
          const args = ['demo', '--once', '--json', '--runtime', kind];
          const outcome = await run(archeio(), args, { PATH: path(program) });
          assert.equal(outcome.code, 0, outcome.stderr);
          assert.equal(JSON.parse(outcome.stdout).failed, 0);
        });
    });
  });
});

test('npm run pack says what it needs', async () => {
  const pack = join(ROOT, 'tools/pack.ts');
  for (const [args, code, message] of [
    [[], 2, /^pack: --out is missing/],
    [['--out'], 2, /^pack: .*--out/],
    [['--nope'], 2, /^pack: Unknown option '--nope'/],
    [
      ['--out', '/dev/null'],
      1,
      /^pack: cannot write tarballs to "\/dev\/null": it is not a directory\n$/,
    ],
  ] as const) {
    const outcome = await run(process.execPath, [pack, ...args]);
    assert.equal(outcome.code, code, outcome.stderr);
    assert.match(outcome.stderr, message);
  }
});
