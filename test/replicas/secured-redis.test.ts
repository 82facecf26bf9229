import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type ConfiguredProcess, RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { runClean } from '../parts/clean-command.ts';
import { freePort } from '../parts/ports.ts';
import { startStore } from '../parts/store-server.ts';
import { until } from '../processes/several-processes.ts';
import { ROOT } from '../../tools/source-files.ts';
import { pull, startUpstream, upstreamAt } from '../serving/configurations.ts';
import { type RedisServer, startRedis, WITHOUT_REDIS } from './redis-server.ts';
import { headsOf, isConnected, sharing, startReplicas } from './replicas.ts';

/** What docs/guides/many-replicas.md tells operators to allow. */
const RIGHTS = ['resetkeys', '~a1*', '-@all', '+mget', '+set', '+get', '+del', '+eval', '+select'];

/** A certificate for localhost of a new authority; both are this file. */
function certificate(folder: string): { readonly certificate: string; readonly key: string } {
  const [key, file] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const { status, stderr } = spawnSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '1',
      '-subj',
      '/CN=localhost',
      '-addext',
      'subjectAltName=DNS:localhost',
      '-keyout',
      key,
      '-out',
      file,
    ],
    { timeout: 30_000 },
  );
  assert.equal(status, 0, String(stderr));
  return { certificate: file, key };
}

describe('a Redis with TLS, a user and a database', { skip: WITHOUT_REDIS }, () => {
  let folder: string;
  let files: ReturnType<typeof certificate>;
  let redis: RedisServer;
  let address: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'archeio-tls-'));
    files = certificate(folder);
    const port = await freePort();
    redis = await startRedis([
      '--tls-port',
      String(port),
      '--tls-auth-clients',
      'no',
      '--tls-cert-file',
      files.certificate,
      '--tls-key-file',
      files.key,
      '--tls-ca-cert-file',
      files.certificate,
    ]);
    address = `rediss://archeio@localhost:${port}/3`;
    await redis.client.acl('SETUSER', 'archeio', 'on', '>s3cret', ...RIGHTS);
  });
  after(async () => {
    await redis?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const runtime of RUNTIMES) {
    test(
      `config check --online connects with the password, and says what is wrong: ${runtime}`,
      { timeout: 120_000 },
      async () => {
        await using upstream = await startUpstream();
        const check = async (
          url: string,
          environment: Record<string, string>,
        ): Promise<string | undefined> => {
          const source = {
            ...sharing(upstream.url, url),
            ...upstreamAt(upstream.url),
            stores: [],
            listen: { port: 0 },
          };
          const path = join(folder, 'checked.json');
          writeFileSync(path, JSON.stringify(source));
          const main = join(ROOT, 'apps/archeio/src/main.mjs');
          const program = join(ROOT, 'node_modules/.bin', runtime);
          const { stdout, stderr } = await runClean(
            [program, main, 'config', 'check', '--online', path],
            {
              folder,
              environment: { NODE_EXTRA_CA_CERTS: files.certificate, ...environment },
            },
          );
          return `${stdout}${stderr}`
            .split('\n')
            .find((line) => line.includes('presence.shared: '));
        };
        const password = { ARCHEIO_REDIS_PASSWORD: 's3cret' };
        assert.match(
          (await check(address, password)) ?? '',
          /^ok +presence\.shared: rediss:\/\/\*{3}@localhost:\d+\/3 answers within \d+ ms$/,
        );
        assert.match(
          (await check(address, { ARCHEIO_REDIS_PASSWORD: 'wrong' })) ?? '',
          /^error +presence\.shared: cannot use rediss:\S+ WRONGPASS/,
        );
      },
    );

    const reasonOf = ({ log }: ConfiguredProcess): unknown =>
      log.find(({ event }) => event === 'shared-presence-disconnected')?.['reason'];

    test(
      `the rights that the guide names suffice, with the password from a file: ${runtime}`,
      { timeout: 60_000 },
      async () => {
        const file = join(folder, 'password');
        writeFileSync(file, 's3cret\n');
        await using store = await startStore();
        await using replicas = await startReplicas(runtime, 2, sharing(store.url, address), {
          NODE_EXTRA_CA_CERTS: files.certificate,
          ARCHEIO_REDIS_PASSWORD_FILE: file,
        });
        const number = runtime === 'bun' ? 1 : 2;
        for (const { port } of replicas.all) await pull(port, number);
        assert.equal(headsOf(store), 1);
        // A failure of the store gives the lease back, which needs most rights.
        store.behave((_request, response) => response.writeHead(503).end());
        for (const { port } of replicas.all) await pull(port, number + 10);
        assert.equal(headsOf(store), 3);
        await redis.client.select(3);
        assert.equal((await redis.client.keys('*')).length, number);
        for (const { log } of replicas.all)
          assert.deepEqual(
            log.filter(({ event }) => /^shared-presence-(?:dis|not)/.test(event)),
            [],
          );
      },
    );

    test(
      `a wrong password, and a certificate of another authority, are logged, and pulls go on: ${runtime}`,
      { timeout: 60_000 },
      async () => {
        await using store = await startStore();
        for (const [environment, reason] of [
          [
            { NODE_EXTRA_CA_CERTS: files.certificate, ARCHEIO_REDIS_PASSWORD: 'wrong' },
            /WRONGPASS/,
          ],
          [
            { NODE_EXTRA_CA_CERTS: files.certificate },
            /^archeio has no password: set ARCHEIO_REDIS_PASSWORD_FILE/,
          ],
          [{ ARCHEIO_REDIS_PASSWORD: 's3cret' }, /self.signed|certificate/i],
          [
            { ARCHEIO_REDIS_PASSWORD_FILE: '/nowhere/password' },
            /^cannot read the password from \/nowhere\/password: ENOENT/,
          ],
        ] as const) {
          await using one = await startWith(
            runtime,
            sharing(store.url, address),
            undefined,
            environment,
          );
          const said = await until('the reason is logged', () => reasonOf(one));
          assert.match(String(said), reason);
          assert.equal((await pull(one.port, 5)).status, 307);
          assert.doesNotMatch(JSON.stringify(one.log), /s3cret|wrong/);
        }
      },
    );

    test(
      `a password file that is right later is read again: ${runtime}`,
      { timeout: 60_000 },
      async () => {
        const file = join(folder, 'rotated');
        writeFileSync(file, 'old');
        await using store = await startStore();
        const environment = {
          NODE_EXTRA_CA_CERTS: files.certificate,
          ARCHEIO_REDIS_PASSWORD_FILE: file,
        };
        await using one = await startWith(
          runtime,
          sharing(store.url, address),
          undefined,
          environment,
        );
        assert.match(String(await until('the reason is logged', () => reasonOf(one))), /WRONGPASS/);
        writeFileSync(file, 's3cret');
        await until('connected', () => isConnected(one));
      },
    );
  }
});
