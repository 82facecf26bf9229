import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type TLSSocket } from 'node:tls';
import { type ArcheioProcess, RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { CertificateFiles } from '../parts/certificate-files.ts';
import { type TestCertificate, TestAuthority } from '../parts/certificate.ts';
import { logged, until } from '../parts/log-waits.ts';
import { withStore } from '../serving/configurations.ts';
import { startTlsLoad } from './tls-load.ts';

let authority: TestAuthority;
let ca: string;
before(() => {
  authority = new TestAuthority();
  ca = readFileSync(authority.root, 'utf8');
});
after(() => authority[Symbol.dispose]());

const count = ({ log }: ArcheioProcess, event: string): number =>
  log.filter((line) => line.event === event).length;

/** Values of the certificate's metrics. */
async function metricsOf({ adminPort }: ArcheioProcess) {
  const text = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
  const value = (name: string): number =>
    Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  return {
    notAfter: value('archeio_tls_certificate_not_after_timestamp_seconds') * 1000,
    successful: value('archeio_tls_certificate_last_reload_successful'),
  };
}

/** Ways to renew files, each as a program does it; `place` puts a first certificate, and returns the names for `tls`. */
const WAYS: readonly {
  readonly name: string;
  readonly make: (folder: string) => {
    readonly names: { readonly certificate: string; readonly key: string };
    readonly put: (certificate: TestCertificate) => Promise<void>;
  };
}[] = [
  {
    name: 'certbot: links in live/ to new files in archive/',
    make(folder) {
      let version = 0;
      for (const each of ['live', 'archive']) mkdirSync(join(folder, each));
      const link = (name: string): void => {
        const temporary = join(folder, 'live', `${name}.new`);
        symlinkSync(`../archive/${name}${version}.pem`, temporary);
        renameSync(temporary, join(folder, 'live', `${name}.pem`));
      };
      return {
        names: {
          certificate: join(folder, 'live/fullchain.pem'),
          key: join(folder, 'live/privkey.pem'),
        },
        async put({ chain, key }) {
          version++;
          writeFileSync(join(folder, `archive/privkey${version}.pem`), key);
          writeFileSync(join(folder, `archive/fullchain${version}.pem`), chain);
          link('fullchain');
          await sleep(200);
          link('privkey');
        },
      };
    },
  },
  {
    name: 'Kubernetes: ..data leads to another directory',
    make(folder) {
      let version = 0;
      return {
        names: { certificate: join(folder, 'tls.crt'), key: join(folder, 'tls.key') },
        put({ chain, key }) {
          const directory = join(folder, `..v${++version}`);
          mkdirSync(directory);
          writeFileSync(join(directory, 'tls.crt'), chain);
          writeFileSync(join(directory, 'tls.key'), key);
          symlinkSync(`..v${version}`, join(folder, '..data_tmp'));
          renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
          if (version === 1)
            for (const name of ['tls.crt', 'tls.key'])
              symlinkSync(`..data/${name}`, join(folder, name));
          else rmSync(join(folder, `..v${version - 1}`), { recursive: true });
          return Promise.resolve();
        },
      };
    },
  },
  {
    name: 'cp: files that are half written for a while',
    make(folder) {
      const names = { certificate: join(folder, 'c.pem'), key: join(folder, 'k.pem') };
      return {
        names,
        async put({ chain, key }) {
          const half = Math.floor(chain.length / 3);
          writeFileSync(names.certificate, chain.slice(0, half));
          await sleep(150);
          appendFileSync(names.certificate, chain.slice(half));
          writeFileSync(names.key, '');
          await sleep(150);
          appendFileSync(names.key, key);
        },
      };
    },
  },
];

for (const runtime of RUNTIMES)
  for (const { name, make } of WAYS)
    test(`no request fails, and no connection is closed, while certificates are renewed: ${runtime}, ${name}`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'archeio-renewal-'));
      try {
        const { names, put } = make(folder);
        await put(authority.issue());
        await using archeio = await startWith(
          runtime,
          withStore('http://127.0.0.1:9', {
            tls: names,
            listen: { host: '127.0.0.1', port: 0, processes: 2 },
          }),
        );
        const load = startTlsLoad({ port: archeio.port, ca, kept: 4, fresh: 4 });
        const opened: TLSSocket = connect({ port: archeio.port, ca, servername: 'localhost' });
        await new Promise((resolve) => opened.once('secureConnect', resolve));
        for (let renewals = 1; renewals <= 3; renewals++) {
          const before = load.subjects.size;
          await put(authority.issue({ kind: renewals === 2 ? 'rsa' : 'ec' }));
          await until(
            'the renewed certificate',
            () => load.subjects.size > before && count(archeio, 'certificate-loaded') > renewals,
          );
          const answered = load.answered;
          await until('more answers', () => load.answered > answered + 50);
        }
        await load.stop();
        assert.deepEqual(load.wrong, []);
        assert.ok(load.subjects.size >= 4, String(load.subjects.size));
        // A connection of the time before the first renewal.
        const answer = new Promise<string>((resolve) =>
          opened.once('data', (chunk) => resolve(String(chunk))),
        );
        opened.write('GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
        assert.match(await answer, /^HTTP\/1\.1 200 /);
        assert.equal(count(archeio, 'certificate-refused'), 0);
        assert.equal(count(archeio, 'worker-ended'), 0);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

describe('a renewal that cannot be used', () => {
  for (const runtime of RUNTIMES)
    test(`leaves the certificate in use, and says so once: ${runtime}`, async () => {
      const good = authority.issue({ to: '20400101000000Z' });
      using files = new CertificateFiles(good);
      await using archeio = await startWith(
        runtime,
        withStore('http://127.0.0.1:9', { tls: files.names }),
      );
      const load = startTlsLoad({ port: archeio.port, ca, kept: 1, fresh: 2 });
      const expired = authority.issue({ from: '20200101000000Z', to: '20200201000000Z' });
      const other = authority.issue();
      for (const [at, [bad, problem]] of (
        [
          [
            { chain: other.chain, key: good.key },
            /^tls\.key: the private key in ".*" does not belong to/,
          ],
          [
            expired,
            /^tls\.certificate: the certificate in ".*" expired at 2020-02-01T00:00:00Z: renew it/,
          ],
          [{ chain: '', key: good.key }, /^tls\.certificate: ".*" is empty/],
        ] as const
      ).entries()) {
        files.write(bad);
        await until('the refusal', () => count(archeio, 'certificate-refused') > at);
        const refusals = archeio.log.filter(({ event }) => event === 'certificate-refused');
        assert.equal(refusals.length, at + 1);
        assert.match(String(refusals[at]['problem']), problem);
        assert.equal(refusals[at].level, 'error');
        archeio.signal('SIGHUP');
        assert.deepEqual(await metricsOf(archeio), { notAfter: Date.UTC(2040, 0), successful: 0 });
      }
      files.write(authority.issue({ to: '20410101000000Z' }));
      archeio.signal('SIGHUP');
      await until('the good one', () => count(archeio, 'certificate-loaded') > 1);
      await until('its clients', () => load.subjects.size > 1);
      await load.stop();
      assert.deepEqual(load.wrong, []);
      assert.deepEqual(await metricsOf(archeio), { notAfter: Date.UTC(2041, 0), successful: 1 });
      assert.doesNotMatch(JSON.stringify(archeio.log), /BEGIN/);
    });

  test('a worker that is replaced meanwhile gets the certificate in use', async () => {
    using files = new CertificateFiles(authority.issue());
    await using archeio = await startWith(
      'bun',
      withStore('http://127.0.0.1:9', {
        tls: files.names,
        listen: { host: '127.0.0.1', port: 0, processes: 2 },
      }),
    );
    files.write({ chain: 'broken', key: 'broken' });
    await logged(archeio, 'certificate-refused');
    const status = await (await fetch(`http://127.0.0.1:${archeio.adminPort}/api/status`)).json();
    const [{ pid }] = (status as { processes: { pid: number }[] }).processes;
    process.kill(pid, 'SIGKILL');
    await logged(archeio, 'worker-replaced');
    const load = startTlsLoad({ port: archeio.port, ca, kept: 0, fresh: 8 });
    await until('answers', () => load.answered > 100);
    await load.stop();
    assert.deepEqual(load.wrong, []);
  });
});
