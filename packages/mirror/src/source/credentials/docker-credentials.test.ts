import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { dockerCredentials } from './docker-credentials.ts';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'archeio-credentials-'));
});
after(() => rmSync(folder, { recursive: true }));

const auth = (name: string): object => ({
  auth: Buffer.from(`${name}:password`).toString('base64'),
});

/** The users or identity tokens found for some repositories. */
async function whoFor(
  config: object,
  registry: string,
  repositories: readonly string[] = [''],
  path = '',
): Promise<(string | undefined)[]> {
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  const environment = { DOCKER_CONFIG: folder, PATH: `${folder}:/usr/bin:/bin` };
  const credentialsOf = await dockerCredentials(environment, new URL(registry), path);
  return repositories.map((repository) => {
    const found = credentialsOf(repository);
    return found?.kind === 'password' ? found.user : found?.token;
  });
}

/** A credential helper that knows users by server, and logs the servers it was asked for. */
function writeHelper(name: string, known: Readonly<Record<string, readonly string[]>>): string {
  const asked = join(folder, `${name}.asked`);
  writeFileSync(asked, '');
  const cases = Object.entries(known).map(
    ([server, [user, secret]]) =>
      `"${server}") echo '${JSON.stringify({ ServerURL: server, Username: user, Secret: secret })}';;`,
  );
  const file = join(folder, `docker-credential-${name}`);
  writeFileSync(
    file,
    `#!/bin/sh\nread -r server\necho "$server" >> ${asked}\ncase "$server" in\n${cases.join('\n')}\n*) echo "credentials not found in native keychain"; exit 1;;\nesac\n`,
  );
  chmodSync(file, 0o755);
  return asked;
}

const REGISTRY = 'https://registry.test';
const HUB = 'https://registry-1.docker.io';

test('a registry is found by every form of key that Docker and similar tools write', async () => {
  // containers/image#96
  for (const [key, registry] of [
    ['registry.test', REGISTRY],
    ['https://registry.test/', REGISTRY],
    ['https://registry.test/v1/', REGISTRY],
    ['registry.test:5000', 'http://registry.test:5000'],
    ['http://registry.test:5000/', 'http://registry.test:5000'],
    ['https://index.docker.io/v1/', HUB],
    ['docker.io', HUB],
  ] as const)
    assert.deepEqual(await whoFor({ auths: { [key]: auth('user') } }, registry), ['user'], key);
  for (const key of ['registry.test:5000', 'registry.test.evil.test', 'docker.io'])
    assert.deepEqual(await whoFor({ auths: { [key]: auth('user') } }, REGISTRY), [undefined], key);
});

test("of several keys, the one in Docker's current form counts, and empty entries are ignored", async () => {
  const auths = {
    'https://registry.test/v1/': auth('old'),
    'registry.test': auth('new'),
    'http://registry.test': auth('older'),
  };
  assert.deepEqual(await whoFor({ auths }, REGISTRY), ['new']);
  assert.deepEqual(await whoFor({ auths: { ...auths, 'registry.test': {} } }, REGISTRY), ['old']);
  const hub = { 'docker.io': auth('new'), 'https://index.docker.io/v1/': auth('legacy') };
  assert.deepEqual(await whoFor({ auths: hub }, HUB), ['legacy']);
});

test("the longest namespace counts, as in containers' auth.json", async () => {
  const auths = {
    'registry.test/team': auth('team'),
    'registry.test/team/app': auth('app'),
    'registry.test': auth('all'),
    'other.test/team/app/x': auth('other'),
  };
  const repositories = ['team/app', 'team/app/x', 'team/application', 'team', 'teams/x', 'x'];
  const who = ['app', 'app', 'team', 'team', 'all', 'all'];
  assert.deepEqual(await whoFor({ auths }, REGISTRY, repositories), who);
  const { 'registry.test': _, ...within } = auths;
  assert.deepEqual(await whoFor({ auths: within }, REGISTRY, ['x', 'team/x', '']), [
    undefined,
    'team',
    undefined,
  ]);
  // Requests without a repository use the source's path.
  assert.deepEqual(await whoFor({ auths: within }, REGISTRY, [''], 'team/app'), ['app']);
});

test('the forms of an entry', async () => {
  for (const [entry, who] of [
    [auth('user'), 'user'],
    [{ username: 'user', password: 'password' }, 'user'],
    [{ ...auth('user'), identitytoken: 'identity' }, 'identity'],
    [{}, undefined],
    [{ auth: 'no colon' }, undefined],
    [null, undefined],
    ['user', undefined],
  ] as const)
    assert.deepEqual(await whoFor({ auths: { 'registry.test': entry } }, REGISTRY), [who]);
  writeFileSync(
    join(folder, 'config.json'),
    JSON.stringify({
      auths: { 'registry.test': { auth: Buffer.from('user:a:b\0\0').toString('base64') } },
    }),
  );
  const found = await dockerCredentials({ DOCKER_CONFIG: folder }, new URL(REGISTRY), '');
  assert.deepEqual(found(''), { kind: 'password', user: 'user', password: 'a:b' });
});

test('a helper for the registry decides alone, under any form of its key', async () => {
  const asked = writeHelper('one', {
    'registry.test': ['helped', 'x'],
    'https://index.docker.io/v1/': ['<token>', 'identity'],
  });
  writeHelper('two', {});
  const auths = { 'registry.test': auth('file') };
  for (const key of ['registry.test', 'https://registry.test/', 'Registry.Test:443'])
    assert.deepEqual(
      await whoFor({ auths, credHelpers: { [key]: 'one' }, credsStore: 'two' }, REGISTRY, ['a']),
      ['helped'],
    );
  assert.deepEqual(await whoFor({ auths, credHelpers: { 'registry.test': 'two' } }, REGISTRY), [
    undefined,
  ]);
  assert.deepEqual(await whoFor({ credHelpers: { 'docker.io': 'one' } }, HUB), ['identity']);
  assert.equal(
    readFileSync(asked, 'utf8'),
    `${'registry.test\n'.repeat(3)}https://index.docker.io/v1/\n`,
  );
});

test('the default helper takes precedence over the file, except for its namespaces', async () => {
  writeHelper('all', { 'registry.test': ['helped', 'x'] });
  const auths = { 'registry.test': auth('file'), 'registry.test/team': auth('team') };
  const repositories = ['team/app', 'app'];
  assert.deepEqual(await whoFor({ auths, credsStore: 'all' }, REGISTRY, repositories), [
    'team',
    'helped',
  ]);
  writeHelper('nothing', {});
  assert.deepEqual(await whoFor({ auths, credsStore: 'nothing' }, REGISTRY, repositories), [
    'team',
    'file',
  ]);
  // With an empty name, Docker does not ask the default helper either.
  const credHelpers = { 'registry.test': '' };
  assert.deepEqual(await whoFor({ auths, credHelpers, credsStore: 'all' }, REGISTRY, ['app']), [
    'file',
  ]);
});

test('an identity token keeps the password next to it', async () => {
  const identity = { kind: 'identity-token', token: 'identity' };
  for (const [user, password, expected] of [
    ['user', 'secret', { ...identity, password: { user: 'user', password: 'secret' } }],
    // As Docker writes it for tokens.
    ['00000000-0000-0000-0000-000000000000', '', identity],
  ] as const) {
    const auth = Buffer.from(`${user}:${password}`).toString('base64');
    const entry = { auth, identitytoken: 'identity' };
    writeFileSync(
      join(folder, 'config.json'),
      JSON.stringify({ auths: { 'registry.test': entry } }),
    );
    const found = await dockerCredentials({ DOCKER_CONFIG: folder }, new URL(REGISTRY), '');
    assert.deepEqual(found(''), expected);
  }
});

// docker/for-win#808
test('an empty file has no credentials, and one with a byte order mark is read', async () => {
  const environment = { DOCKER_CONFIG: folder };
  const text = JSON.stringify({ auths: { 'registry.test': auth('marked') } });
  for (const [content, user] of [
    ['', undefined],
    [' \n', undefined],
    [`\uFEFF${text}`, 'marked'],
  ] as const) {
    writeFileSync(join(folder, 'config.json'), content);
    const found = (await dockerCredentials(environment, new URL(REGISTRY), ''))('');
    assert.equal(found?.kind === 'password' ? found.user : undefined, user);
  }
  writeFileSync(join(folder, 'config.json'), '{');
  await assert.rejects(
    dockerCredentials(environment, new URL(REGISTRY), ''),
    /expected Docker's config.json$/,
  );
});
