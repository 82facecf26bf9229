import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { RUNTIMES } from '../parts/archeio-process.ts';
import { runClean } from '../parts/clean-command.ts';
import { LAUNCHER, runMirror } from './mirror-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'archeio-mirror-configuration-'));
after(() => rmSync(folder, { recursive: true }));
const DIGEST = `sha256:${'ab'.repeat(32)}`;
mkdirSync(join(folder, 'disk/containers/images'), { recursive: true });
writeFileSync(join(folder, `disk/containers/images/${DIGEST}`), 'blob');

function written(name: string, more: string): string {
  const file = join(folder, name);
  writeFileSync(file, `version: 1\n${more}`);
  return file;
}

const MIRROR = `mirror:
  source: { url: https://source.example, repositories: { from: catalog } }
  destinations: [{ name: disk, type: directory, path: ${join(folder, 'disk')} }]
`;
const alone = written('alone.yaml', MIRROR);

for (const runtime of RUNTIMES) {
  const inventory = (file: string, environment = {}) =>
    runMirror(['inventory'], file, { folder, runtime, environment });

  describe(`a configuration with only the mirror: ${runtime}`, () => {
    test('is enough for the mirror, even in the server’s environment', async () => {
      const server = {
        PORT: '8080',
        UPSTREAM_REGISTRY_ENDPOINT: 'https://registry.example',
        DEFAULT_AWS_BASE_URL: 'https://cdn.example',
      };
      for (const environment of [{}, server]) {
        const { code, stdout, stderr } = await inventory(alone, environment);
        assert.equal(code, 0, stderr);
        assert.match(stdout, /^disk: 1 blob on /);
      }
    });

    test('is not enough for the server, which reports what is missing', async () => {
      const line = [LAUNCHER, 'serve', '--config', alone, '--runtime', runtime];
      const { code, stderr } = await runClean(line, { folder });
      assert.equal(code, 1);
      assert.deepEqual(
        stderr
          .trim()
          .split('\n')
          .map((each) => each.slice(each.indexOf(':1:1: ') + 6)),
        ['pages: is missing: expected a map', 'registries: is missing: expected a list'],
      );
    });

    test('is still validated', async () => {
      for (const [name, more, code, problems] of [
        ['unknown.yaml', `${MIRROR}registires: []\n`, 1, [/registires: unknown key: did you mean/]],
        ['nothing.yaml', 'stores: []\n', 2, [/it has no "mirror" section/]],
        [
          'others.yaml',
          `${MIRROR}registries: []\nstores: [{ name: x }]\npages: {}\n`,
          1,
          [/registries: there are 0/, /url: is missing/, /key: is missing/, /info/, /privacy/],
        ],
      ] as const) {
        const ended = await inventory(written(name, more));
        assert.equal(ended.code, code, ended.stderr);
        const lines = ended.stderr.trim().split('\n');
        assert.equal(lines.length, problems.length, ended.stderr);
        for (const [at, problem] of problems.entries()) assert.match(lines[at], problem);
      }
    });
  });
}
