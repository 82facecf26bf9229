import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type ArcheioProcess, RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { unavailable } from '../parts/availability.ts';
import { CertificateFiles } from '../parts/certificate-files.ts';
import { TestAuthority } from '../parts/certificate.ts';
import { must, run } from '../parts/command.ts';
import { type DockerRegistry, startDockerRegistry } from '../parts/docker-registry.ts';
import { logged } from '../parts/log-waits.ts';
import { type OciImage, writeOciImage } from '../parts/oci-image.ts';
import { startStore, type StoreServer } from '../parts/store-server.ts';
import { withStore } from '../serving/configurations.ts';

/** `openssl s_client`, without input. */
const handshake = (port: number, ...args: string[]) =>
  run('sh', ['-c', `openssl s_client -connect 127.0.0.1:${port} ${args.join(' ')} </dev/null`]);

describe('TLS clients', { skip: unavailable(['curl', 'openssl']) }, () => {
  let authority: TestAuthority;
  before(() => {
    authority = new TestAuthority();
  });
  after(() => authority[Symbol.dispose]());

  for (const runtime of RUNTIMES)
    for (const kind of ['ec', 'rsa'] as const)
      describe(`${runtime}, ${kind === 'ec' ? 'an EC' : 'an RSA'} key`, () => {
        let files: CertificateFiles;
        let archeio: ArcheioProcess;
        before(async () => {
          files = new CertificateFiles(authority.issue({ kind }));
          archeio = await startWith(runtime, withStore('http://127.0.0.1:9', { tls: files.names }));
        });
        after(async () => {
          await archeio[Symbol.asyncDispose]();
          files[Symbol.dispose]();
        });

        const curl = (...args: string[]) =>
          run('curl', ['-sS', '--max-time', '20', '--cacert', authority.root, ...args]);

        test('curl verifies the chain, with each version of TLS and each name', async () => {
          for (const version of ['1.2', '1.3'])
            for (const host of ['localhost', '127.0.0.1']) {
              const { code, stdout, stderr } = await curl(
                '-v',
                `--tlsv${version}`,
                '--tls-max',
                version,
                `https://${host}:${archeio.port}/v2/`,
              );
              assert.equal(code, 0, stderr);
              assert.equal(stdout, '{}\n');
              assert.match(
                stderr,
                new RegExp(`SSL connection using TLSv${version.replace('.', '\\.')}`),
              );
              assert.match(stderr, /ALPN: server accepted http\/1\.1/);
            }
        });

        test('one connection serves many requests', async () => {
          const urls = Array.from({ length: 50 }, () => `https://localhost:${archeio.port}/livez`);
          const { stdout, stderr } = await curl('-v', ...urls);
          assert.equal(stdout, 'healthy\n'.repeat(50));
          assert.equal(stderr.match(/SSL connection using/g)?.length, 1);
        });

        test('old versions and weak ciphers are refused with an alert', async () => {
          for (const [args, alert] of [
            [['-tls1_1', '-cipher', 'ALL:@SECLEVEL=0'], /alert protocol version/],
            [['-tls1', '-cipher', 'ALL:@SECLEVEL=0'], /alert protocol version/],
            [['-tls1_2', '-cipher', 'AES128-SHA'], /handshake failure/],
            [
              ['-tls1_2', '-cipher', 'ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA'],
              /handshake failure/,
            ],
            [['-alpn', 'h2'], /alert no application protocol/],
          ] as const) {
            const { stdout, stderr } = await handshake(archeio.port, ...args);
            assert.match(stderr, alert, args.join(' '));
            assert.match(stdout, /Cipher is \(NONE\)/);
          }
        });

        test('ciphers of both versions and sessions that are resumed', async () => {
          const suites = kind === 'ec' ? 'ECDHE-ECDSA' : 'ECDHE-RSA';
          for (const cipher of ['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'CHACHA20-POLY1305']) {
            const { stdout } = await handshake(
              archeio.port,
              '-tls1_2',
              '-cipher',
              `${suites}-${cipher}`,
            );
            assert.match(stdout, new RegExp(`Cipher is ${suites}-${cipher}`));
          }
          const { stdout } = await handshake(archeio.port, '-tls1_2', '-reconnect');
          assert.match(stdout, /Reused, TLSv1\.2/);
        });

        test('renegotiation by the client is refused, and nothing else suffers', async () => {
          const { stdout, stderr } = await run('sh', [
            '-c',
            `(sleep 0.3; echo R; sleep 1) | openssl s_client -tls1_2 -legacy_renegotiation -connect 127.0.0.1:${archeio.port}`,
          ]);
          assert.match(stdout + stderr, /RENEGOTIATING/);
          assert.match(stderr, /no renegotiation/);
          assert.equal((await curl(`https://localhost:${archeio.port}/livez`)).stdout, 'healthy\n');
        });

        test('plain HTTP to this port gets no HTTP answer', async () => {
          const { code, stdout } = await curl(`http://127.0.0.1:${archeio.port}/livez`);
          assert.notEqual(code, 0);
          assert.equal(stdout, '');
        });

        test('the log says what is in use, and has nothing of the key', async () => {
          const { names, notAfter } = await logged(archeio, 'certificate-loaded');
          assert.match(String(names), /DNS:registry\.example/);
          assert.ok(Date.parse(String(notAfter)) > Date.now());
          assert.equal((await logged(archeio, 'started'))['scheme'], 'https');
          assert.doesNotMatch(JSON.stringify(archeio.log), /PRIVATE KEY/);
        });
      });
});

describe(
  'skopeo pulls an image over TLS',
  { skip: unavailable(['skopeo', 'docker-registry']) },
  () => {
    let folder: string;
    let authority: TestAuthority;
    let files: CertificateFiles;
    let registry: DockerRegistry;
    let store: StoreServer;
    let image: OciImage;

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'archeio-tls-pull-'));
      authority = new TestAuthority();
      files = new CertificateFiles(authority.issue());
      registry = await startDockerRegistry(folder);
      store = await startStore();
      image = writeOciImage(join(folder, 'image'), '3.9');
      await must('skopeo', [
        'copy',
        '--all',
        '--dest-tls-verify=false',
        `oci:${image.layout}:3.9`,
        `docker://${registry.host}/images/pause:3.9`,
      ]);
      const { digest } = image.blobs[0];
      store.put(digest, readFileSync(join(image.layout, 'blobs/sha256', digest.slice(7))));
      mkdirSync(join(folder, 'trusted'));
      copyFileSync(authority.root, join(folder, 'trusted/ca.crt'));
    });
    after(async () => {
      await store[Symbol.asyncDispose]();
      await registry[Symbol.asyncDispose]();
      files[Symbol.dispose]();
      authority[Symbol.dispose]();
      rmSync(folder, { recursive: true });
    });

    for (const runtime of RUNTIMES)
      test(`with the certificate of the authority, and not without: ${runtime}`, async () => {
        await using archeio = await startWith(
          runtime,
          withStore(store.url, {
            tls: files.names,
            registries: [
              { name: 'k8s', upstreams: [{ name: 'upstream', url: registry.url, path: 'images' }] },
            ],
          }),
        );
        const copy = (...args: string[]) =>
          run('skopeo', [
            'copy',
            '--all',
            ...args,
            `docker://localhost:${archeio.port}/pause:3.9`,
            `oci:${join(folder, `pulled-${runtime}`)}:3.9`,
          ]);
        const { code, stderr } = await copy('--src-cert-dir', join(folder, 'trusted'));
        assert.equal(code, 0, stderr);
        const { digest } = image.blobs[0];
        assert.ok(
          store.accesses.some(({ method, path }) => method === 'GET' && path.includes(digest)),
        );
        assert.match((await copy()).stderr, /certificate signed by unknown authority/);
      });
  },
);
