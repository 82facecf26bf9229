import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { FakeRegistry } from './fake-registry.ts';
import { runMirror, summaryOf, writeMirrorConfiguration } from './mirror-command.ts';
import { startScriptedServer } from './scripted-server.ts';

/** The first request of a run, to `/v2/`, and what follows it. */

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'archeio-mirror-'));
});
after(() => rmSync(folder, { recursive: true }));

for (const runtime of ['node', 'bun'] as const) {
  const plan = async (url: string, auths: object = {}): Promise<number> => {
    const docker = join(folder, 'docker');
    mkdirSync(docker, { recursive: true });
    writeFileSync(join(docker, 'config.json'), JSON.stringify({ auths }));
    const configuration = writeMirrorConfiguration(folder, {
      source: { url, repositories: { from: 'list', names: ['app'] }, referrers: false },
      destinations: [{ name: 'disk', type: 'directory', path: join(folder, 'disk') }],
      limits: { requestsPerSecond: 0 },
    });
    const environment = { DOCKER_CONFIG: docker };
    const options = { folder, runtime, environment };
    return summaryOf(await runMirror(['plan', '--json'], configuration, options)).tags;
  };
  const startApp = async (): Promise<FakeRegistry> => {
    const registry = await FakeRegistry.start();
    const config = registry.blob('app', Buffer.from('{}'));
    registry.manifest('app', { schemaVersion: 2, config, layers: [] }, 'v1');
    return registry;
  };

  test(`${runtime}: repositories are requested, whatever /v2/ answers`, async () => {
    await using registry = await startApp();
    for (const [status, auths] of [
      [204, {}],
      [503, {}],
      [401, {}],
      [401, { [registry.url]: { auth: 'dTpw' } }],
      [404, { [registry.url]: { auth: 'dTpw' } }],
    ] as const) {
      registry.trouble = ({ url }, response) => {
        if (url !== '/v2/') return false;
        response.writeHead(status).end();
        return true;
      };
      registry.asked.length = 0;
      assert.equal(await plan(registry.url, auths), 1, `${status}`);
      assert.ok(registry.asked.filter((line) => line === 'GET /v2/').length <= 3);
    }
  });

  test(`${runtime}: a token server that refuses a token without a scope is asked for the scopes that are needed`, async () => {
    // opentofu/opentofu#3316
    await using tokens = await startScriptedServer(({ url }) =>
      url.searchParams.get('scope') === 'repository:app:pull'
        ? { body: { token: 'pull' } }
        : { status: 401 },
    );
    await using registry = await startApp();
    registry.trouble = ({ headers }, response) => {
      if (headers.authorization === 'Bearer pull') return false;
      const challenge = ['Negotiate', `Bearer realm="${tokens.url}/token",service="s"`];
      response.writeHead(401, { 'www-authenticate': challenge }).end();
      return true;
    };
    assert.equal(await plan(registry.url), 1);
  });

  test(`${runtime}: each namespace is read with its own credentials`, async () => {
    await using registry = await startApp();
    const wanted = `Basic ${Buffer.from('app:secret').toString('base64')}`;
    const seen = new Set<string | undefined>();
    registry.trouble = ({ headers }, response) => {
      seen.add(headers.authorization);
      if (headers.authorization === wanted) return false;
      response.writeHead(401, { 'www-authenticate': 'Negotiate, Basic realm="x"' }).end();
      return true;
    };
    const { host } = new URL(registry.url);
    const auth = (user: string): object => ({
      auth: Buffer.from(`${user}:secret`).toString('base64'),
    });
    const auths = { [`${host}/app`]: auth('app'), [`${host}/other`]: auth('other') };
    assert.equal(await plan(registry.url, auths), 1);
    assert.deepEqual(seen, new Set([undefined, wanted]));
  });
}
