import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { spawnLimited } from '../parts/limited-child.ts';
import { RUNTIMES } from '../parts/archeio-process.ts';
import { type Outcome, run } from '../parts/command.ts';
import { ROOT } from '../../tools/source-files.ts';
import { isOneClearLine } from './one-clear-line.ts';
import { sample } from './sample.ts';

const LAUNCHER = join(ROOT, 'apps/archeio/bin/archeio');
const folder = mkdtempSync(join(tmpdir(), 'archeio-configuration-'));
after(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const GOOD = `version: 1
pages: { info: https://info.example, privacy: https://info.example/privacy }
registries:
  - name: one
    upstreams: [{ name: up, url: https://up.example }]
`;
const good = file('good.yaml', GOOD);
const bad = file(
  'bad.yaml',
  `${GOOD}listen: { port: many, prot: 1 }\nstores:\n  - { name: up, url: 'https://user:hunter2@s.example', key: blobs }\n`,
);
const warned = file(
  'warned.yaml',
  `${GOOD}stores: [{ name: s, url: 'https://s.example', key: '{digest}', near: [{ cloud: AWS, regions: [eu-west-33] }] }]\n`,
);

for (const runtime of RUNTIMES) {
  const archeio = (
    args: readonly string[],
    environment: Record<string, string> = {},
  ): Promise<Outcome> => run(LAUNCHER, [...args, '--runtime', runtime], environment);

  describe(`the configuration's commands: ${runtime}`, () => {
    test('config check: good, with warnings, bad', async () => {
      assert.deepEqual(await archeio(['config', 'check', good]), {
        code: 0,
        stdout: `${good}: good: 1 registry, 1 upstream, 0 stores\n`,
        stderr: '',
      });
      const line = `archeio: ${warned}:6:95: warning: stores[0].near[0].regions[0]: AWS has no region "eu-west-33": did you mean "eu-west-3"?\n`;
      const lenient = await archeio(['config', 'check', warned]);
      assert.deepEqual([lenient.code, lenient.stderr], [0, line]);
      const strict = await archeio(['config', 'check', '--strict', warned]);
      assert.deepEqual([strict.code, strict.stdout, strict.stderr], [1, '', line]);

      const { code, stdout, stderr } = await archeio(['config', 'check', bad]);
      assert.deepEqual([code, stdout], [1, '']);
      const lines = stderr.trimEnd().split('\n');
      assert.equal(lines.length, 5, stderr);
      for (const [at, expected] of [
        `${bad}:6:11: listen.port: cannot read "many": expected a number`,
        `${bad}:6:23: listen.prot: unknown key: did you mean "port"?`,
        `${bad}:8:7: stores[0].name: duplicate name "up": already used by registries[0].upstreams[0].name`,
        `${bad}:8:17: stores[0].url: cannot read URL: it contains credentials, which redirects would reveal to every client`,
        `${bad}:8:56: stores[0].key: cannot read key template "blobs": it must have {digest} or {hex}`,
      ].entries())
        assert.equal(lines[at], `archeio: ${expected}`);
      const json = await archeio(['config', 'check', '--json', bad]);
      assert.equal(json.code, 1);
      assert.deepEqual(JSON.parse(json.stdout).problems[0], {
        file: bad,
        line: 6,
        column: 11,
        key: 'listen.port',
        message: 'cannot read "many": expected a number',
        severity: 'error',
      });
    });

    test('config check: standard input, and missing files', async () => {
      for (const name of ['-', '/dev/stdin']) {
        const child = spawnLimited(LAUNCHER, ['config', 'check', name, '--runtime', runtime]);
        let stdout = '';
        child.stdout.on('data', (chunk) => (stdout += String(chunk)));
        child.stdin.end(GOOD);
        assert.equal(await new Promise((resolve) => child.once('close', resolve)), 0);
        assert.equal(stdout, 'standard input: good: 1 registry, 1 upstream, 0 stores\n');
      }
      for (const name of sample(runtime, [
        join(folder, 'none.yaml'),
        folder,
        'http://host.example/c.yaml',
      ])) {
        const outcome = await archeio(['config', 'check', name]);
        assert.equal(outcome.code, 2, name);
        isOneClearLine(outcome);
      }
      const binary = join(folder, 'binary');
      writeFileSync(binary, Buffer.from([0xff, 0xfe, 0x00]));
      for (const name of [binary, '/dev/zero']) {
        const outcome = await archeio(['config', 'check', name]);
        assert.equal(outcome.code, 1, name);
        isOneClearLine(outcome);
      }
    });

    test('the message says what named the configuration; two names are refused', async () => {
      const none = join(folder, 'none.yaml');
      const why = `cannot read "${none}": there is no such file or directory (ENOENT)`;
      for (const [args, environment, expected] of sample(runtime, [
        [['config', 'check', none], {}, why],
        [['config', 'print', none], {}, why],
        [['config', 'check', '--config', none], {}, `--config: ${why}`],
        [['config', 'check'], { ARCHEIO_CONFIG: none }, `ARCHEIO_CONFIG: ${why}`],
        [['config', 'check', folder], {}, `cannot read "${folder}": it is a directory`],
        [
          ['config', 'check', '--config', good, none],
          {},
          `cannot read two configurations, "${none}" and --config "${good}": expected only one`,
        ],
        [
          ['--config', good, 'config', 'print', good],
          {},
          `cannot read two configurations, "${good}" and --config "${good}": expected only one`,
        ],
      ] as const)) {
        const { code, stdout, stderr } = await archeio(args, environment);
        assert.deepEqual([code, stdout, stderr], [2, '', `archeio: ${expected}\n`]);
      }
      const overridden = await archeio(['config', 'check', good], { ARCHEIO_CONFIG: none });
      assert.equal(overridden.code, 0, overridden.stderr);
    });

    test('--json prints one object for every error', async () => {
      const none = join(folder, 'none.yaml');
      const target = ['/v2/', '--ip', '192.0.2.1'];
      for (const [args, code] of sample(runtime, [
        [['config', 'check', '--json', none], 2],
        [['config', 'print', '--json', none], 2],
        [['config', 'print', '--json', bad], 1],
        [['config', 'check', '--json', '--strcit', good], 2],
        [['explain', '--json', '--ip', 'bogus', '/v2/'], 2],
        [['explain', '--json', '/v2/'], 2],
        [['explain', '--json', '--config', bad, ...target], 1],
        [['ranges', 'lookup', '--json', 'bogus'], 2],
        [['ranges', 'lookup', '--json', '--config', none, '192.0.2.1'], 2],
        [['ranges', 'status', '--json', '--config', bad], 1],
        [['ranges', 'update', '--json', '--only', 'Mars'], 2],
        [['mirror', 'plan', '--json', '--config', none], 2],
        [['mirror', 'plan', '--json', '--config', good], 2],
        [['mirror', 'plna', '--json'], 2],
      ] as const)) {
        const outcome = await archeio(args);
        assert.equal(outcome.code, code, args.join(' '));
        assert.match(outcome.stdout, /^[^\n]+\n$/, args.join(' '));
        const { error, problems = [] } = JSON.parse(outcome.stdout);
        assert.equal(typeof error, 'string');
        assert.equal(
          outcome.stderr,
          String(error).replaceAll(/^/gm, 'archeio: ').concat('\n'),
          args.join(' '),
        );
        assert.equal(problems.length, code === 1 ? error.split('\n').length : 0);
      }
      // The message is the same with and without --json.
      assert.equal((await archeio(['explain', '--ip', 'bogus', '/v2/'])).stdout, '');
    });

    test('a file with only the mirror is accepted wherever that is enough', async () => {
      const path = file(
        'mirror.yaml',
        `version: 1
mirror:
  source: { repositories: { from: layout, path: ${join(folder, 'layout')} } }
  destinations: [{ name: disk, type: directory, path: ${join(folder, 'disk')} }, { name: proc, type: directory, path: ${good}/x }]
`,
      );
      const outcome = await archeio(['config', 'check', path]);
      assert.deepEqual(outcome, {
        code: 0,
        stdout: `${path}: good: a mirror to 2 destinations\n`,
        stderr: '',
      });
      const json = JSON.parse((await archeio(['config', 'check', '--json', path])).stdout);
      assert.deepEqual([json.good, json.registries, json.destinations], [true, 0, 2]);
      const printed = JSON.parse((await archeio(['config', 'print', '--json', path])).stdout);
      assert.equal(printed.mirror.destinations[0].name.value, 'disk');
      assert.equal((await archeio(['ranges', 'status', '--config', path])).code, 0);
      // Missing parts of what is served are reported by commands that serve, or if other parts exist.
      const half = file('half.yaml', `${GOOD.replace(/^pages.*\n/m, '')}mirror: {}\n`);
      assert.match((await archeio(['config', 'check', half])).stderr, /pages: is missing/);
      assert.match((await archeio(['serve', '--config', path])).stderr, /registries: is missing/);

      const online = await archeio(['config', 'check', '--online', '--json', path]);
      assert.equal(online.code, 1);
      assert.deepEqual(
        JSON.parse(online.stdout).online.map(
          ({ severity, backend, message }: Record<string, string>) =>
            `${severity} ${backend}: ${message.replaceAll(folder, '')}`,
        ),
        [
          `error mirror source ${join(folder, 'layout')}: cannot read "oci-layout" of OCI image layout "/layout": there is no such file or directory (ENOENT)`,
          'ok mirror destination disk: it can be used',
          'error mirror destination proc: cannot write to directory "/good.yaml/x" of destination "proc": a component of the path is not a directory (ENOTDIR)',
        ],
      );
    });

    test('flag before environment before file before default, and each is named as the source', async () => {
      const path = file('ports.yaml', `${GOOD}listen: { port: 1001, processes: 2 }\n`);
      const print = async (args: readonly string[], environment: Record<string, string>) =>
        JSON.parse((await archeio(['config', 'print', '--json', ...args], environment)).stdout);
      const plain = await print([path], {});
      assert.deepEqual(plain.listen.port, { value: 1001, from: `${path}:6` });
      assert.deepEqual(plain.listen.host, { value: '::', from: 'default' });
      assert.deepEqual(plain.presence.presentFor, { value: '24h', from: 'default' });
      assert.deepEqual(plain.networks, { value: {}, from: 'default' });
      for (const key of ['stores', 'stayUpstream'])
        assert.deepEqual(plain[key], { value: [], from: 'default' });
      const environment = await print([], { ARCHEIO_CONFIG: path, PORT: '1002' });
      assert.deepEqual(environment.listen.port, { value: 1002, from: 'environment PORT' });
      assert.deepEqual(environment.listen.processes, { value: 2, from: `${path}:6` });
      assert.equal(
        (await print(['--config', good], { ARCHEIO_CONFIG: path })).listen.port.value,
        8080,
      );
      const text = await archeio(['config', 'print', path], { ADMIN_PORT: '9' });
      assert.match(text.stdout, /^ {4}port: 9 # environment ADMIN_PORT$/m);
      // The output can be read again.
      const again = file('again.yaml', text.stdout);
      assert.equal((await archeio(['config', 'check', again])).code, 0);
    });

    test('a bad file ends serve and explain with every problem, exit code 1', async () => {
      for (const args of [
        ['serve', '--config', bad],
        ['explain', '/v2/', '--ip', '192.0.2.1', '--config', bad],
      ]) {
        const { code, stdout, stderr } = await archeio(args);
        assert.deepEqual([code, stdout], [1, '']);
        assert.equal(stderr.trimEnd().split('\n').length, 5);
        assert.ok(!stderr.includes('hunter2'));
      }
      const explained = await archeio(['explain', '/v2/a/manifests/b', '--ip', '192.0.2.1'], {
        ARCHEIO_CONFIG: good,
      });
      assert.match(explained.stdout, /https:\/\/up\.example\/v2\/a\/manifests\/b/);
    });

    test('config schema', async () => {
      const { code, stdout } = await archeio(['config', 'schema']);
      assert.equal(code, 0);
      assert.equal(JSON.parse(stdout).type, 'object');
    });
  });
}
