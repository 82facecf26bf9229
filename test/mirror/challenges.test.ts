import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ask,
  BASIC,
  clientOf,
  GIVEN,
  guarded,
  IDENTITY,
  PASSWORD,
  refusal,
  startTokens,
} from './guarded-registry.ts';
import {
  type ScriptedAnswer,
  type ScriptedRequest,
  startScriptedServer,
} from './scripted-server.ts';

/** Challenges of registries. */

test('an answerable challenge is found wherever it is in the header', async () => {
  await using tokens = await startTokens();
  await using registry = await startScriptedServer(() => GIVEN);
  const bearer = `Bearer realm="${tokens.url}/token",service="a,b"`;
  for (const challenge of [
    // google/go-containerregistry#1075, prowler-cloud/prowler#12691
    `${bearer}, Basic realm="x"`,
    `Basic realm="x", ${bearer}`,
    ['Negotiate', bearer],
    ['Negotiate', 'Basic realm="x"', bearer],
    `Negotiate YWJj==, Digest realm="a \\" Bearer realm=b", ${bearer}`,
  ]) {
    registry.answer = guarded('Bearer |a,b|repository:app:pull|user', challenge);
    assert.equal(await ask(clientOf(registry, PASSWORD), 'app'), 'given', String(challenge));
  }
});

test('a password is sent if no token is available', async () => {
  await using tokens = await startScriptedServer(() => ({ status: 403 }));
  await using registry = await startScriptedServer(
    guarded(BASIC, `Bearer realm="${tokens.url}/token", Basic realm="x"`),
  );
  const client = clientOf(registry, PASSWORD);
  assert.equal(await ask(client, 'app'), 'given');
  assert.equal(await ask(client, 'other'), 'given');
  assert.equal(tokens.asked.length, 1, 'what was in vain once is not tried first again');
});

test('if a token is refused with a challenge for a password, the password is sent', async () => {
  // goharbor/harbor#22118, goharbor/harbor#13573
  await using tokens = await startTokens();
  const bearer = `Bearer realm="${tokens.url}/token",service="s"`;
  await using registry = await startScriptedServer((request) =>
    request.url.pathname === '/v2/_catalog'
      ? request.authorization?.startsWith('Bearer') === true
        ? guarded(BASIC, 'Basic realm="harbor"')(request)
        : guarded(BASIC, bearer)(request)
      : guarded('Bearer |s|repository:app:pull|user', bearer)(request),
  );
  const client = clientOf(registry, PASSWORD);
  for (const name of ['app', '_catalog', 'app', '_catalog'])
    assert.equal(await ask(client, name), 'given', name);
  const count = registry.asked.length;
  for (const name of ['app', '_catalog']) assert.equal(await ask(client, name), 'given', name);
  assert.equal(registry.asked.length, count + 2, 'what was accepted is sent at once');
});

test('if a password is refused with a challenge for a token, the token is sent', async () => {
  await using tokens = await startTokens();
  await using registry = await startScriptedServer((request) =>
    guarded(
      'Bearer ||repository:app:pull|user',
      request.authorization === BASIC ? `Bearer realm="${tokens.url}/token"` : 'Basic realm="x"',
    )(request),
  );
  assert.equal(await ask(clientOf(registry, PASSWORD), 'app'), 'given');
});

test('a registry that changes its challenge every time is given up on', async () => {
  await using tokens = await startTokens();
  await using registry = await startScriptedServer(() =>
    refusal(`Bearer realm="${tokens.url}/token",scope="${registry.asked.length}"`),
  );
  await assert.rejects(ask(clientOf(registry), 'app'), /answered 401 \(UNAUTHORIZED\)$/);
  assert.ok(registry.asked.length <= 5, `asked ${registry.asked.length} times`);
  registry.answer = () =>
    refusal([`Bearer realm="${tokens.url}/token"`, 'Basic realm="x"', 'Negotiate']);
  const before = registry.asked.length;
  await assert.rejects(ask(clientOf(registry, PASSWORD), 'app'), /answered 401 \(UNAUTHORIZED\)$/);
  assert.equal(
    registry.asked.length - before,
    3,
    'without anything, with a token, with a password',
  );
});

test('each repository may name its own token server', async () => {
  // renovatebot/renovate#11765
  await using one = await startTokens('one');
  await using two = await startTokens('two');
  const answer = (request: ScriptedRequest): ScriptedAnswer => {
    const [, , name = ''] = request.url.pathname.split('/');
    const [at, realm] = name.startsWith('a')
      ? (['one', one.url] as const)
      : (['two', two.url] as const);
    const wanted = `Bearer ${at}|${name}|repository:${name}:pull|user`;
    return guarded(wanted, `Bearer realm="${realm}/token",service="${name}"`)(request);
  };
  await using registry = await startScriptedServer(answer);
  const names = ['a1', 'b1', 'a2', 'b2', 'a3', 'b3'];
  const client = clientOf(registry, PASSWORD);
  // All at once, and then again: the order of the requests does not matter.
  for (let round = 0; round < 2; round++)
    assert.deepEqual(
      await Promise.all(names.map((name) => ask(client, name))),
      names.map(() => 'given'),
    );
  const count = registry.asked.length;
  await Promise.all(names.map((name) => ask(client, name)));
  assert.equal(registry.asked.length, count + names.length, 'each is known by now');
});

test('a token server that refuses one repository does not block another', async () => {
  await using refusing = await startScriptedServer(({ url }) =>
    url.searchParams.get('scope') === 'repository:a:pull'
      ? { body: { token: 'for-a' } }
      : { status: 403 },
  );
  await using two = await startTokens();
  await using registry = await startScriptedServer((request) =>
    request.url.pathname.startsWith('/v2/a/')
      ? guarded('Bearer for-a', `Bearer realm="${refusing.url}/token"`)(request)
      : guarded('Bearer ||repository:b:pull|user', `Bearer realm="${two.url}/token"`)(request),
  );
  const client = clientOf(registry, PASSWORD);
  assert.equal(await ask(client, 'a'), 'given');
  assert.equal(await ask(client, 'b'), 'given');
  assert.equal(await ask(client, 'a'), 'given');
});

test('challenges of a host that the registry redirects to are not answered', async () => {
  await using evil = await startTokens();
  await using stranger = await startScriptedServer(() =>
    refusal([`Bearer realm="${evil.url}/token"`, 'Basic realm="x"']),
  );
  await using tokens = await startTokens();
  await using registry = await startScriptedServer(({ authorization }) =>
    authorization === undefined
      ? refusal([`Bearer realm="${tokens.url}/token"`, 'Basic realm="x"'])
      : { status: 307, headers: { location: `${stranger.url}/blob` } },
  );
  for (const credentials of [PASSWORD, IDENTITY, undefined])
    await assert.rejects(ask(clientOf(registry, credentials), 'app'), /answered 401/);
  assert.equal(evil.asked.length, 0);
  // The registry is asked for another link twice: this one may have expired.
  assert.equal(stranger.asked.length, 3 * 3);
  assert.ok(stranger.asked.every(({ authorization }) => authorization === undefined));
});

test('a redirect to a URL that is not HTTP is reported', async () => {
  await using registry = await startScriptedServer(() => ({
    status: 307,
    headers: { location: 'file:///etc/passwd' },
  }));
  await assert.rejects(
    ask(clientOf(registry), 'app'),
    /expected a redirect to an http or https URL, not "file:"$/,
  );
});

test('a challenge in a 403 is answered too', async () => {
  await using tokens = await startTokens();
  await using registry = await startScriptedServer(
    guarded('Bearer ||repository:app:pull|user', `Bearer realm="${tokens.url}/token"`, 403),
  );
  assert.equal(await ask(clientOf(registry, PASSWORD), 'app'), 'given');
  registry.answer = () => refusal(`Bearer realm="${tokens.url}/token"`, 403);
  const before = registry.asked.length;
  await assert.rejects(ask(clientOf(registry, PASSWORD), 'app'), /answered 403/);
  assert.equal(registry.asked.length - before, 2);
  registry.answer = () => refusal(undefined, 403);
  await assert.rejects(ask(clientOf(registry, PASSWORD), 'app'), /answered 403/);
});

test('refusals without a challenge, or with one that cannot be answered, are reported', async () => {
  await using registry = await startScriptedServer(() => refusal());
  await assert.rejects(ask(clientOf(registry, PASSWORD), 'app'), {
    message: `cannot read ${registry.url}/v2/app/tags/list: answered 401 (UNAUTHORIZED) without WWW-Authenticate`,
  });
  registry.answer = () => refusal(['Negotiate', 'Bearer realm="Registry"']);
  await assert.rejects(ask(clientOf(registry, PASSWORD), 'app'), {
    message: `cannot read ${registry.url}/v2/app/tags/list: answered 401 (UNAUTHORIZED), asking for negotiate, bearer "Registry": expected Basic, or Bearer with the URL of a token server`,
  });
  registry.answer = () => refusal('Basic realm="x"');
  await assert.rejects(
    ask(clientOf(registry, IDENTITY), 'app'),
    /has only an identity token for it/,
  );
  await assert.rejects(ask(clientOf(registry), 'app'), /Docker's configuration has none for it/);
  assert.equal(registry.asked.length, 4, 'nothing was tried that could not help');
});

test('an anonymous answer is not used if there are credentials that were not accepted', async () => {
  await using tokens = await startScriptedServer(() => ({ status: 403 }));
  await using registry = await startScriptedServer(({ url }) =>
    url.pathname === '/v2/_catalog' ? GIVEN : refusal(`Bearer realm="${tokens.url}/token"`),
  );
  const client = clientOf(registry, PASSWORD);
  await assert.rejects(ask(client, 'app'), /token: answered 403$/);
  await assert.rejects(ask(client, '_catalog'), /token: answered 403$/);
  const stranger = clientOf(registry);
  await assert.rejects(ask(stranger, 'app'), /token: answered 403$/);
  assert.equal(await ask(stranger, '_catalog'), 'given');
});
