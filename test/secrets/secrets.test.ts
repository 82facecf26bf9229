import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { MALFORMED, malformedServers, SECRET } from '../parts/malformed-answers.ts';
import { type Runtime, RUNTIMES } from '../parts/archeio-process.ts';
import { ROOT } from '../../tools/source-files.ts';
import { isClean } from './is-clean.ts';
import { spawnLimited } from '../parts/limited-child.ts';

/** Milliseconds for one command. */
const PATIENCE = 60_000;

let servers: Awaited<ReturnType<typeof malformedServers>>;
const folder = mkdtempSync(join(tmpdir(), 'archeio-secrets-'));
before(async () => (servers = await malformedServers()));
after(async () => {
  await servers[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly output: string;
}

/** Runs a command to its end. */
function run(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const child = spawnLimited(command, args, {
    env: { PATH: process.env['PATH'], HOME: folder, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${args.join(' ')} was not done in time: ${stdout}${stderr}`));
    }, PATIENCE);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, stdout, stderr, output: `${stdout}${stderr}` });
    });
  });
}

const program = (runtime: Runtime): string => join(ROOT, 'node_modules/.bin', runtime);
const MAIN = join(ROOT, 'apps/archeio/src/main.mjs');

for (const runtime of RUNTIMES)
  suite(`no secret and no foreign wording is shown on ${runtime}`, () => {
    test('for every malformed answer, by everything that reads over the network', async () => {
      const script = join(ROOT, 'test/secrets/every-reader.ts');
      const { code, stdout, output } = await run(program(runtime), [
        script,
        ...servers.origins.values(),
      ]);
      assert.equal(code, 0, output);
      isClean(output);
      const lines = stdout
        .trim()
        .split('\n')
        .map((line): Record<string, unknown> => JSON.parse(line));
      // Eleven readers get every answer, and nearly all fail.
      assert.equal(lines.length, 11 * Object.keys(MALFORMED).length);
      const failed = lines.filter(({ event, kind }) => event === 'failed' || kind === 'failure');
      assert.ok(failed.length > 250, `${failed.length} failures`);
      for (const { problem } of failed) assert.match(JSON.stringify(problem ?? ': it'), /: ./);
    });

    test('by the commands, for a configuration at a URL', async () => {
      const wrong = ['bad gzip', 'a redirect to a file', 'two lengths'];
      const query = `X-Amz-Security-Token=${SECRET}&X-Amz-Signature=${SECRET}`;
      await Promise.all(
        wrong.flatMap((what) => {
          const url = `${servers.origins.get(what)}/c.yaml?${query}`;
          return [
            ['config', 'check', url],
            ['mirror', 'plan', '--json', '--config', url],
          ].map(async (args) => {
            const { code, stderr, output } = await run(program(runtime), [MAIN, ...args]);
            assert.equal(code, 1, output);
            isClean(output);
            // One line for each failure.
            assert.match(stderr, /^archeio: cannot fetch [^\n]+\n$/);
          });
        }),
      );
      const urls = [
        `https://user:${SECRET}@127.0.0.1:2/?sig=${SECRET}`,
        `https:/user:${SECRET}@127.0.0.1/?sig=${SECRET}`,
        `http://example.invalid/?sig=${SECRET}`,
        `https://127.0.0.1:2/?sig=${SECRET}`,
      ];
      await Promise.all(
        urls.map(async (url) => {
          const { code, output } = await run(program(runtime), [MAIN, 'serve', '--config', url]);
          assert.ok(code === 1 || code === 2, output);
          isClean(output);
        }),
      );
    });

    test('by the mirror, for its source, its destinations and Docker credentials', async () => {
      const docker = mkdtempSync(join(folder, 'docker-'));
      const realm = createServer((_, response) => {
        response.writeHead(401, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ token: SECRET, errors: [{ code: 'DENIED' }] }));
      });
      await new Promise<void>((resolve) => realm.listen(0, '127.0.0.1', resolve));
      const address = realm.address();
      const token = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
      const registry = createServer((_, response) => {
        response.writeHead(401, {
          'www-authenticate': `Bearer realm="${token}/token?secret=${SECRET}",service="s"`,
        });
        response.end();
      });
      await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
      const at = registry.address();
      const host = `127.0.0.1:${typeof at === 'object' ? at?.port : 0}`;
      const auth = Buffer.from(`user:${SECRET}`).toString('base64');
      writeFileSync(join(docker, 'config.json'), JSON.stringify({ auths: { [host]: { auth } } }));
      const environment = {
        DOCKER_CONFIG: docker,
        AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
        AWS_SECRET_ACCESS_KEY: SECRET,
        AWS_SESSION_TOKEN: SECRET,
      };
      const disk = { name: 'disk', type: 'directory', path: join(folder, 'blobs') };
      const key = 'blobs/{digest}';
      const configured = (source: string, destination: object): string => {
        const path = join(mkdtempSync(join(folder, 'mirror-')), 'c.json');
        const repositories = { from: 'list', names: ['a'] };
        const mirror = { source: { url: source, repositories }, destinations: [destination] };
        writeFileSync(path, JSON.stringify({ version: 1, mirror }));
        return path;
      };
      const files = [configured(`http://${host}`, { ...disk, key })];
      for (const what of ['an error that repeats the request', 'a redirect to a file']) {
        const origin = servers.origins.get(what) ?? '';
        files.push(configured(origin, { ...disk, key }));
        const bucket = { name: 'bucket', type: 's3', bucket: 'b', region: 'r', key };
        files.push(configured(origin, { ...bucket, endpoint: origin, forcePathStyle: true }));
      }
      try {
        for (const file of files) {
          const args = [MAIN, 'mirror', 'plan', '--json', '--config', file];
          const { code, stdout, output } = await run(program(runtime), args, environment);
          assert.equal(code, 1, output);
          isClean(output);
          assert.equal(typeof JSON.parse(stdout), 'object');
        }
      } finally {
        realm.close();
        registry.close();
      }
    });
  });
