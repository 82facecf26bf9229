import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { unavailable } from '../parts/availability.ts';
import type { Outcome } from '../parts/command.ts';
import { type DockerRegistry, startDockerRegistry } from '../parts/docker-registry.ts';
import { runMirror, summaryOf, writeMirrorConfiguration } from './mirror-command.ts';
import { blobsOf, pushImage } from './pushed-images.ts';
import { ISSUER, SERVICE, startTokenServer, type TokenServer } from './token-server.ts';

const COMMANDS = ['docker-registry', 'skopeo', 'openssl'];
const USER = 'user:secret';
const BASIC = `Basic ${Buffer.from(USER).toString('base64')}`;

describe('a registry that requires authentication', { skip: unavailable(COMMANDS) }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'archeio-mirror-'));
  const docker = join(folder, 'docker');
  let tokens: TokenServer;
  let basic: DockerRegistry;
  let bearer: DockerRegistry;
  let blobs: number;

  before(async () => {
    mkdirSync(docker, { recursive: true });
    tokens = await startTokenServer(join(folder, 'tokens'), BASIC);
    const path = join(folder, 'htpasswd');
    // bcrypt of "secret", as htpasswd -B writes it.
    writeFileSync(path, 'user:$2y$04$kpoza8UQsLmmki4FZ12sUOvdMGUfDny2reWT80bS3vV4aAKOiIB3W\n');
    basic = await startDockerRegistry(join(folder, 'basic'), {
      auth: { htpasswd: { realm: 'test', path } },
    });
    const { url: realm, certificate: rootcertbundle } = tokens;
    bearer = await startDockerRegistry(join(folder, 'bearer'), {
      auth: { token: { realm, service: SERVICE, issuer: ISSUER, rootcertbundle } },
    });
    for (const { host } of [basic, bearer]) {
      const credentials = ['--dest-creds', USER];
      const images = [
        await pushImage(host, folder, 'team/app', 'v1', 0, credentials),
        await pushImage(host, folder, 'other', 'v2', 0, credentials),
      ];
      blobs = blobsOf(images).length;
    }
  });
  after(async () => {
    for (const part of [basic, bearer, tokens]) await part?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  let disks = 0;
  function sync(
    { url }: DockerRegistry,
    config: object,
    environment: Readonly<Record<string, string>> = {},
    requestsPerSecond = 0,
  ): Promise<Outcome> {
    writeFileSync(join(docker, 'config.json'), JSON.stringify(config));
    const configuration = writeMirrorConfiguration(folder, {
      source: { url, repositories: { from: 'catalog' } },
      destinations: [{ name: 'disk', type: 'directory', path: join(folder, `disk-${disks++}`) }],
      limits: { requestsPerSecond },
    });
    return runMirror(['sync', '--json'], configuration, {
      folder,
      environment: { DOCKER_CONFIG: docker, ...environment },
    });
  }
  const auths = (host: string, user = USER): object => ({
    auths: { [host]: { auth: Buffer.from(user).toString('base64') } },
  });

  test('a password that docker login stored', async () => {
    assert.equal(summaryOf(await sync(basic, auths(basic.host))).blobs, blobs);
  });

  test('a credential helper, for this registry or for all', async () => {
    const helper = join(folder, 'docker-credential-test');
    writeFileSync(
      helper,
      `#!/bin/sh\nread -r server\n[ "$1 $server" = "get ${basic.host}" ] || { echo "credentials not found in native keychain"; exit 1; }\necho '{"ServerURL":"x","Username":"user","Secret":"secret"}'\n`,
    );
    chmodSync(helper, 0o755);
    const environment = { PATH: `${folder}:/usr/bin:/bin` };
    for (const config of [{ credHelpers: { [basic.host]: 'test' } }, { credsStore: 'test' }])
      assert.equal(summaryOf(await sync(basic, config, environment)).blobs, blobs);
    const missing = await sync(basic, { credHelpers: { [basic.host]: 'none' } }, environment);
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /cannot run credential helper "docker-credential-none"/);
  });

  test('tokens, one per repository', async () => {
    tokens.given.length = 0;
    assert.equal(summaryOf(await sync(bearer, auths(bearer.host))).blobs, blobs);
    assert.deepEqual(tokens.given.toSorted(), [
      '',
      'registry:catalog:*',
      'repository:other:pull',
      'repository:team/app:pull',
    ]);
  });

  test('a token that the registry rejects long before it expires', async () => {
    tokens.given.length = 0;
    // The first of several whole seconds is never complete.
    tokens.lifetime = 3;
    const summary = summaryOf(await sync(bearer, auths(bearer.host), {}, 6));
    tokens.lifetime = 60;
    assert.deepEqual([summary.blobs, summary.failed, summary.problems], [blobs, 0, []]);
    assert.ok(tokens.given.length > new Set(tokens.given).size, 'it was fetched again');
  });

  test('missing and wrong credentials are reported plainly', async () => {
    for (const registry of [basic, bearer]) {
      const nobody = await sync(registry, {});
      assert.equal(nobody.code, 1);
      assert.match(
        nobody.stderr,
        /requires credentials, but Docker's configuration has none for it/,
      );
      const other = await sync(registry, auths(registry.host, 'user:wrong'));
      assert.equal(other.code, 1);
      assert.match(
        other.stderr,
        /^archeio: cannot read http:\S+: answered 401 \(UNAUTHORIZED\)\n$/,
      );
    }
  });
});
