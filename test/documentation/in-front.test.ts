import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { selfSignedCertificate } from '../../apps/archeio/src/backends/client/testing/certificate.ts';
import { ROOT } from '../../tools/source-files.ts';
import { unavailable } from '../parts/availability.ts';
import { answersHttp, startPart } from '../parts/part-process.ts';
import { freePort } from '../parts/ports.ts';
import { blocksOf } from './blocks.ts';

const DOCUMENT = 'docs/guides/in-front.md';
const BLOCKS = blocksOf(readFileSync(join(ROOT, DOCUMENT), 'utf8'));

/** Each server, and what completes the part of its configuration in the document. */
const SERVERS: readonly {
  readonly name: string;
  readonly language: string;
  readonly whole: (part: string, folder: string) => string;
  readonly command: (file: string) => readonly string[];
}[] = [
  {
    name: 'nginx',
    language: 'nginx',
    whole: (part, folder) =>
      `pid ${folder}/nginx.pid;\nerror_log stderr;\nevents {}\nhttp {\naccess_log off;\n${part}}\n`,
    command: (file) => ['nginx', '-e', 'stderr', '-c', file, '-g', 'daemon off;'],
  },
  {
    name: 'haproxy',
    language: 'haproxy',
    whole: (part) => part,
    command: (file) => ['haproxy', '-f', file],
  },
  {
    name: 'caddy',
    language: 'caddyfile',
    whole: (part, folder) =>
      `{\n  admin off\n  auto_https off\n}\n${part.replace(
        'registry.example {',
        `https://registry.example:443 {\n  tls ${folder}/registry.pem ${folder}/registry.key`,
      )}`,
    command: (file) => ['caddy', 'run', '--adapter', 'caddyfile', '--config', file],
  },
];

/** The status and Location that a client of the server in front gets. */
async function answerOf(port: number, path: string): Promise<[number | undefined, unknown]> {
  const asked = request({
    host: '127.0.0.1',
    port,
    path,
    servername: 'registry.example',
    headers: { Host: 'registry.example' },
    rejectUnauthorized: false,
    timeout: 10_000,
  });
  asked.on('timeout', () => asked.destroy(new Error(`no answer to ${path} within 10 s`))).end();
  const [response] = await once(asked, 'response');
  response.resume();
  return [response.statusCode, response.headers.location];
}

for (const { name, language, whole, command } of SERVERS)
  test(
    `${name}, configured as documented, passes on requests with their Host`,
    { skip: unavailable([name]) },
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'in-front-'));
      chmodSync(folder, 0o755);
      const { cert, key } = selfSignedCertificate();
      // HAProxy needs both in one file; the others accept it.
      writeFileSync(join(folder, 'registry.pem'), cert + key);
      writeFileSync(join(folder, 'registry.key'), key);
      const [archeio, admin, front] = [await freePort(), await freePort(), await freePort()];
      const configuration = join(folder, 'images.yaml');
      const block = BLOCKS.findIndex((each) => each.language === language);
      assert.ok(block > 0 && BLOCKS[block - 1].language === 'yaml');
      writeFileSync(
        configuration,
        JSON.stringify({
          version: 1,
          pages: { info: 'https://example.com/', privacy: 'https://example.com/privacy' },
          ...parse(BLOCKS[block - 1].text),
          registries: [
            {
              name: 'images',
              hosts: ['registry.example'],
              upstreams: [{ name: 'registry', url: 'https://registry.example.net' }],
            },
          ],
        }),
      );
      const file = join(folder, 'configuration');
      writeFileSync(
        file,
        whole(BLOCKS[block].text, folder)
          .replaceAll('/etc/ssl', folder)
          .replaceAll('8080', String(archeio))
          .replaceAll(/\b443\b/g, String(front)),
      );
      const environment = {
        PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env['PATH']}`,
        PORT: String(archeio),
        ADMIN_PORT: String(admin),
        XDG_CONFIG_HOME: folder,
        XDG_DATA_HOME: folder,
      };
      const surroundings = { folder, environment };
      const serve = [join(ROOT, 'apps/archeio/bin/archeio'), 'serve', '--config', configuration];
      try {
        await using server = startPart('archeio', serve, surroundings);
        await server.until(() => answersHttp(`http://127.0.0.1:${archeio}/readyz`));
        await using proxy = startPart(name, command(file), surroundings);
        await proxy.until(async () =>
          answerOf(front, '/v2/').then(
            ([status]) => status === 200,
            () => false,
          ),
        );
        assert.deepEqual(await answerOf(front, '/v2/app/manifests/1.0'), [
          307,
          'https://registry.example.net/v2/app/manifests/1.0',
        ]);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
