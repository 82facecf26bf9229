import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type ArcheioProcess, RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { CertificateFiles } from '../parts/certificate-files.ts';
import { TestAuthority } from '../parts/certificate.ts';
import { run } from '../parts/command.ts';
import { logged, until } from '../parts/log-waits.ts';
import { rawRequest } from '../parts/raw-request.ts';
import { withStore } from '../serving/configurations.ts';
import { HOSTILE_ROWS } from '../requests/rows/hostile.ts';

let authority: TestAuthority;
before(() => {
  authority = new TestAuthority();
});
after(() => authority[Symbol.dispose]());

for (const runtime of RUNTIMES)
  for (const processes of [1, 2])
    describe(`the port that redirects: ${runtime}, ${processes} processes`, () => {
      let files: CertificateFiles;
      let archeio: ArcheioProcess;
      let port: number;
      before(async () => {
        files = new CertificateFiles(authority.issue());
        const challenges = join(files.folder, '.well-known/acme-challenge');
        mkdirSync(challenges, { recursive: true });
        writeFileSync(join(challenges, 'token'), 'token.thumbprint');
        archeio = await startWith(
          runtime,
          withStore('http://127.0.0.1:9', {
            listen: { host: '127.0.0.1', port: 0, processes },
            tls: { ...files.names, redirect: { port: 0, challenges: files.folder } },
            stop: { delay: '1s', timeout: '5s' },
          }),
        );
        port = Number((await logged(archeio, 'started'))['redirectPort']);
      });
      after(async () => {
        await archeio[Symbol.asyncDispose]();
        files[Symbol.dispose]();
      });

      const ask = (method: string, target: string, host = 'registry.example') =>
        rawRequest(port, `${method} ${target} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);

      test('every path leads to https, except health and challenges', async () => {
        for (const [method, target, status, location] of [
          ['GET', '/', 308, '/'],
          ['GET', '/v2/', 308, '/v2/'],
          ['HEAD', '/v2/pause/manifests/3.9?ns=x', 308, '/v2/pause/manifests/3.9?ns=x'],
          ['GET', '/v2/../x//y?%20|z', 308, '/v2/../x//y?%20%7Cz'],
          ['GET', '/livez', 200],
          ['GET', '/readyz', 200],
          ['GET', '/live', 200],
          ['GET', '/ready', 200],
          ['GET', '/healthz', 200],
          ['OPTIONS', '/', 200],
          ['POST', '/v2/x/blobs/uploads/', 405],
          ['GET', '/.well-known/acme-challenge/token', 200],
          ['GET', '/.well-known/acme-challenge/other', 404],
          ['GET', '/.well-known/acme-challenge/..%2f..%2fprivkey.pem', 404],
          ['GET', '/.well-known/acme-challenge/../../privkey.pem', 404],
        ] as const) {
          const answer = await ask(method, target);
          assert.equal(answer.status, status, target);
          assert.equal(
            answer.headers.get('location'),
            location && `https://registry.example:${archeio.port}${location}`,
          );
          assert.equal(answer.headers.get('cache-control'), 'no-store');
          assert.doesNotMatch(answer.body, /PRIVATE/);
        }
        assert.equal((await ask('GET', '/v2/', 'a b')).status, 400);
      });

      test('a client follows it', async () => {
        const { stdout, stderr } = await run('curl', [
          '-sSL',
          '--max-time',
          '20',
          '--cacert',
          authority.root,
          `http://localhost:${port}/v2/`,
        ]);
        assert.equal(stdout, '{}\n', stderr);
      });

      test('hostile requests get no Location on another host', async () => {
        for (const {
          target,
          host = 'registry.example',
          method = 'GET',
          headers = [],
          noHost,
        } of HOSTILE_ROWS) {
          const lines = [
            `${method} ${target} HTTP/1.1`,
            ...(noHost === true ? [] : [`Host: ${host}`]),
            ...headers,
          ];
          const answer = await rawRequest(port, `${lines.join('\r\n')}\r\n\r\n`);
          assert.ok(answer.status < 500 || answer.status === 503, target);
          const location = answer.headers.get('location');
          if (location === undefined) continue;
          assert.match(location, /^https:\/\/[\w.-]+:\d+\/[!-~]*$/);
          const { hostname } = new URL(location);
          assert.ok(target.includes(hostname) || host.toLowerCase().includes(hostname), location);
        }
      });

      test('it becomes unready and closes with the other port', async () => {
        archeio.signal('SIGTERM');
        await until('unready', async () => (await ask('GET', '/readyz')).status === 503);
        assert.equal((await archeio.ended).code, 0);
      });
    });

test('a port in use is one line', async () => {
  using files = new CertificateFiles(authority.issue());
  await using first = await startWith('bun', withStore('http://127.0.0.1:9'));
  for (const processes of [1, 2])
    await assert.rejects(
      startWith(
        'bun',
        withStore('http://127.0.0.1:9', {
          listen: { host: '127.0.0.1', port: 0, processes },
          tls: { ...files.names, redirect: { port: first.port } },
        }),
      ),
      new RegExp(
        `cannot listen on 127\\.0\\.0\\.1:${first.port}: the port is already in use; choose another with tls\\.redirect\\.port`,
      ),
    );
});
