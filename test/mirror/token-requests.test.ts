import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ask,
  BASIC,
  clientOf,
  GIVEN,
  guarded,
  IDENTITY,
  IMPATIENT,
  PASSWORD,
  refusal,
  startTokens,
} from './guarded-registry.ts';
import { startScriptedServer } from './scripted-server.ts';

/** Requesting, caching and refusing tokens, and which hosts receive credentials. */

const WHO = [
  [undefined, 'anonymous'],
  [PASSWORD, 'user'],
  [IDENTITY, 'identity'],
] as const;

test('concurrent requests share one token per realm, service and scope', async () => {
  await using tokens = await startTokens();
  await using registry = await startScriptedServer(({ url, authorization }) =>
    authorization === undefined
      ? refusal(
          `Bearer realm="${tokens.url}/token",service="s"` +
            (url.pathname.includes('shared') ? ',scope="repository:shared/all:pull"' : ''),
        )
      : GIVEN,
  );
  const client = clientOf(registry);
  await Promise.all(Array.from({ length: 20 }, () => ask(client, 'app')));
  assert.equal(tokens.asked.length, 1);
  const more = clientOf(registry);
  await Promise.all(['shared/a', 'shared/b', 'shared/c'].map((name) => ask(more, name)));
  assert.equal(tokens.asked.length, 2);
});

test('the scope is the one in the challenge', async () => {
  // containerd/containerd#13412
  await using tokens = await startTokens();
  await using registry = await startScriptedServer(() => GIVEN);
  for (const [scope, wanted] of [
    ['repository:library/app:pull', 'repository:library/app:pull'],
    ['repository:app:pull repository:base:pull', 'repository:app:pull+repository:base:pull'],
    ['repository:app:pull,push', 'repository:app:pull,push'],
    [undefined, 'repository:app:pull'],
    ['', 'repository:app:pull'],
  ] as const) {
    for (const [credentials, who] of WHO) {
      const named = scope === undefined ? '' : `,scope="${scope}"`;
      registry.answer = guarded(
        `Bearer ||${wanted}|${who}`,
        `Bearer realm="${tokens.url}/token"${named}`,
      );
      assert.equal(await ask(clientOf(registry, credentials), 'app'), 'given', `${scope} ${who}`);
    }
  }
  // Each scope is a parameter of its own, by the distribution project's token specification.
  const asked = tokens.asked.find(({ url }) =>
    url.searchParams.has('scope', 'repository:base:pull'),
  );
  assert.deepEqual(asked?.url.searchParams.getAll('scope'), [
    'repository:app:pull',
    'repository:base:pull',
  ]);
});

test('a token is cached for its lifetime, and fetched again once if it is refused earlier', async () => {
  let now = 0;
  const timing = { ...IMPATIENT, now: () => now };
  let count = 0;
  let lifetime: object = {};
  await using tokens = await startScriptedServer(() => ({
    body: { access_token: `token-${++count}`, issued_at: '1999-01-01T00:00:00Z', ...lifetime },
  }));
  await using registry = await startScriptedServer(({ authorization }) =>
    authorization === `Bearer token-${count}`
      ? GIVEN
      : refusal(`Bearer realm="${tokens.url}/token"`),
  );
  for (const [said, seconds] of [
    [{}, 60],
    [{ expires_in: 300 }, 300],
    [{ expires_in: '300' }, 300],
    [{ expires_in: 0 }, 60],
    [{ expires_in: -1 }, 60],
    [{ expires_in: 'soon' }, 60],
    [{ expires_in: null }, 60],
  ] as const) {
    lifetime = said;
    const client = clientOf(registry, undefined, timing);
    const before = tokens.asked.length;
    await ask(client, 'app');
    now += seconds * 1000 * 0.7;
    await ask(client, 'app');
    assert.equal(tokens.asked.length - before, 1, `${JSON.stringify(said)}: still good`);
    now += seconds * 1000 * 0.3;
    await ask(client, 'app');
    assert.equal(tokens.asked.length - before, 2, `${JSON.stringify(said)}: has run out`);
    // The registry no longer accepts it, and answers with or without a challenge.
    count++;
    assert.equal(await ask(client, 'app'), 'given');
    assert.equal(tokens.asked.length - before, 3, `${JSON.stringify(said)}: refused`);
  }
  const client = clientOf(registry, undefined, timing);
  await ask(client, 'app');
  registry.answer = ({ authorization }) =>
    authorization === `Bearer token-${count}` ? GIVEN : refusal();
  count++;
  assert.equal(await ask(client, 'app'), 'given', 'without a challenge');
});

test('redirects of a token server are followed', async () => {
  // Finsys/dockhand#1428
  await using tokens = await startTokens();
  const { answer } = tokens;
  await using registry = await startScriptedServer(() => GIVEN);
  for (const status of [301, 302, 303, 307, 308]) {
    tokens.answer = (request) =>
      request.url.pathname === '/token'
        ? { status, headers: { location: `/other${request.url.search}` } }
        : answer(request);
    for (const [credentials, who] of WHO) {
      // See Other drops the body (RFC 9110 §15.4.4), and the credentials with it.
      if (credentials === IDENTITY && status === 303) continue;
      registry.answer = guarded(
        `Bearer |s|repository:app:pull|${who}`,
        `Bearer realm="${tokens.url}/token",service="s"`,
      );
      assert.equal(await ask(clientOf(registry, credentials), 'app'), 'given', `${status} ${who}`);
    }
  }
});

test('credentials are sent to the token server only, wherever it redirects', async () => {
  await using stranger = await startTokens();
  await using tokens = await startScriptedServer(({ url }) => ({
    status: 307,
    headers: { location: `${stranger.url}/token${url.search}` },
  }));
  await using registry = await startScriptedServer(
    guarded(
      'Bearer |s|repository:app:pull|anonymous',
      `Bearer realm="${tokens.url}/token",service="s"`,
    ),
  );
  assert.equal(await ask(clientOf(registry, PASSWORD), 'app'), 'given');
  assert.deepEqual(
    stranger.asked.map(({ authorization }) => authorization),
    [undefined],
  );
  await assert.rejects(
    ask(clientOf(registry, IDENTITY), 'app'),
    /redirects to http:\/\/127\.0\.0\.1:\d+, and credentials are not sent to another host$/,
  );
  assert.equal(stranger.asked.length, 1);
  // Nor after a redirect back from another host, which may have chosen the URL.
  stranger.answer = ({ url }) => ({
    status: 307,
    headers: { location: `${tokens.url}/back${url.search}` },
  });
  tokens.answer = ({ url }) =>
    url.pathname === '/back'
      ? { body: { token: 'back' } }
      : { status: 307, headers: { location: `${stranger.url}/token` } };
  await ask(clientOf(registry, PASSWORD), 'app').catch(() => undefined);
  assert.equal(tokens.asked.at(-1)?.url.pathname, '/back');
  assert.equal(tokens.asked.at(-1)?.authorization, undefined);
});

test('endless and invalid redirects of a token server are reported', async () => {
  await using tokens = await startScriptedServer(() => GIVEN);
  await using registry = await startScriptedServer(() =>
    refusal(`Bearer realm="${tokens.url}/token?secret"`),
  );
  for (const [location, why] of [
    ['/token', 'it redirects more than 5 times'],
    ['file:///etc/passwd', 'expected a redirect to an http or https URL, not "file:"'],
    ['http://', 'expected a redirect to an http or https URL, not an invalid URL'],
  ] as const) {
    const before = tokens.asked.length;
    tokens.answer = () => ({ status: 307, headers: { location } });
    await assert.rejects(ask(clientOf(registry), 'app'), {
      message: `cannot get a token from ${tokens.url}/token: ${why}`,
    });
    assert.ok(tokens.asked.length - before <= 6);
  }
});

test('a realm may be a path, have a query, and lack a service', async () => {
  await using registry = await startScriptedServer(({ url, authorization }) => {
    if (url.pathname === '/token') return { body: { token: url.search } };
    return authorization === 'Bearer ?a=b&scope=repository%3Aapp%3Apull'
      ? GIVEN
      : refusal('Bearer realm="/token?a=b"');
  });
  assert.equal(await ask(clientOf(registry), 'app'), 'given');
});

test('an answer without a token is reported, and not requested again', async () => {
  await using tokens = await startScriptedServer(() => GIVEN);
  await using registry = await startScriptedServer(() =>
    refusal(`Bearer realm="${tokens.url}/token"`),
  );
  for (const body of [
    '<html>Welcome</html>',
    '',
    '{"token": "cut',
    '[]',
    'null',
    { token: '' },
    { token: 7 },
    { token: ' \n ' },
    { token: 'two\r\nlines' },
    { token: 'é' },
  ]) {
    tokens.answer = () => ({ body });
    const before = tokens.asked.length;
    await assert.rejects(ask(clientOf(registry), 'app'), (error: Error) => {
      assert.match(
        error.message,
        /^cannot read the answer of the token server http:\/\/127\.0\.0\.1:\d+\/token: expected JSON with "token" or "access_token"( that is valid in a header)?$/,
      );
      return true;
    });
    assert.equal(tokens.asked.length - before, 1);
  }
  // Longer than any token.
  tokens.answer = () => ({ body: { filler: 'x'.repeat(2 * 1024 * 1024), token: 'late' } });
  await assert.rejects(ask(clientOf(registry), 'app'), /token: expected at most 1048576 bytes$/);
  tokens.answer = () => ({ body: { token: 'good\n' } });
  registry.answer = guarded('Bearer good', `Bearer realm="${tokens.url}/token"`);
  assert.equal(
    await ask(clientOf(registry), 'app'),
    'given',
    'a line end behind it is not part of it',
  );
});

test('an unreachable token server is waited for once', async () => {
  const gone = await startScriptedServer(() => GIVEN);
  await gone[Symbol.asyncDispose]();
  await using registry = await startScriptedServer(() =>
    refusal(`Bearer realm="${gone.url}/token"`),
  );
  let waits = 0;
  const client = clientOf(registry, undefined, {
    ...IMPATIENT,
    sleep: () => Promise.resolve(void waits++),
  });
  await assert.rejects(ask(client, 'a'), /cannot read http:\/\/127\.0\.0\.1:\d+\/token/);
  const once = waits;
  assert.ok(once > 0);
  for (const name of ['b', 'c', 'd'])
    await assert.rejects(ask(client, name), /cannot read http:\/\/127\.0\.0\.1:\d+\/token/);
  assert.equal(waits, once);
});

test('a token server that refuses a password is not asked again for every repository', async () => {
  await using tokens = await startScriptedServer(() => ({ status: 401 }));
  await using registry = await startScriptedServer(() =>
    refusal(`Bearer realm="${tokens.url}/token"`),
  );
  const client = clientOf(registry, PASSWORD);
  const names = Array.from({ length: 20 }, (_, index) => `app-${index}`);
  for (const name of names) await assert.rejects(ask(client, name), /answered 401$|giving up$/);
  assert.equal(tokens.asked.length, 5);
  // A server that has issued a token refuses the repository, not the password.
  tokens.answer = ({ url }) =>
    url.searchParams.get('scope') === 'repository:app-0:pull'
      ? { body: { token: 'good' } }
      : { status: 401 };
  registry.answer = guarded('Bearer good', `Bearer realm="${tokens.url}/token"`);
  const other = clientOf(registry, PASSWORD);
  await ask(other, 'app-0');
  const before = tokens.asked.length;
  for (const name of names.slice(1)) await assert.rejects(ask(other, name), /answered 401$/);
  assert.equal(tokens.asked.length - before, names.length - 1);
});

test('a registry that requires a password gets it, even if there is an identity token too', async () => {
  await using registry = await startScriptedServer(guarded(BASIC, 'Basic realm="x"'));
  const password = { user: 'user', password: 'secret' };
  const credentials = { kind: 'identity-token', token: 'identity', password } as const;
  assert.equal(await ask(clientOf(registry, credentials), 'app'), 'given');
});
