import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Credentials } from '../credentials/docker-credentials.ts';
import { type Fetch, fetchToken, type TokenRequest } from './fetch-token.ts';

/** Which hosts receive credentials when the scheme changes. Real servers would need certificates for this. */

const PASSWORD: Credentials = { kind: 'password', user: 'user', password: 'secret' };
const IDENTITY: Credentials = { kind: 'identity-token', token: 'secret' };

interface Asked extends TokenRequest {
  readonly url: string;
}

/** Fetches a token; `redirects` says where each URL leads. */
async function fetched(
  registry: string,
  realm: string,
  credentials: Credentials | undefined,
  redirects: Readonly<Record<string, string>> = {},
): Promise<readonly Asked[]> {
  const asked: Asked[] = [];
  const fetch: Fetch = (url, request) => {
    asked.push({ url, ...request });
    const { origin, pathname } = new URL(url);
    const location = redirects[`${origin}${pathname}`];
    const headers = new Headers(location === undefined ? {} : { location });
    const status = location === undefined ? 200 : 307;
    return Promise.resolve({ status, ok: status === 200, headers, text: '{"token":"t"}' });
  };
  const way = { scheme: 'bearer', realm, service: undefined, scope: undefined } as const;
  await fetchToken(way, new URL(registry), credentials, fetch);
  return asked;
}

const hasCredentials = ({ headers, body }: Asked): boolean =>
  headers['authorization'] !== undefined || (body?.includes('secret') ?? false);

test('credentials of a registry with TLS are not sent to a token server without TLS', async () => {
  for (const credentials of [PASSWORD, IDENTITY])
    await assert.rejects(fetched('https://registry.test', 'http://auth.test/', credentials), {
      message:
        'the registry registry.test uses a token server without TLS, http://auth.test: refusing to send credentials to it',
    });
  const anonymous = await fetched('https://registry.test', 'http://auth.test/', undefined);
  assert.deepEqual(anonymous.map(hasCredentials), [false]);
  const plain = await fetched('http://registry.test', 'http://auth.test/', PASSWORD);
  assert.deepEqual(plain.map(hasCredentials), [true]);
});

for (const [from, to, goes] of [
  ['https://auth.test/a', 'https://auth.test/b', true],
  ['http://auth.test/a', 'https://auth.test/b', true],
  ['https://auth.test/a', 'http://auth.test:8080/b', false],
  ['https://auth.test/a', 'https://auth.test:8443/b', false],
  ['https://auth.test/a', 'https://other.test/b', false],
  ['https://auth.test/a', 'https://registry.test/b', false],
] as const) {
  test(`credentials are ${goes ? '' : 'not '}forwarded from ${from} to ${to}`, async () => {
    const registry = from.startsWith('https') ? 'https://registry.test' : 'http://registry.test';
    const asked = await fetched(registry, from, PASSWORD, { [from]: to });
    assert.deepEqual(asked.map(hasCredentials), [true, goes]);
    const identity = fetched(registry, from, IDENTITY, { [from]: to });
    if (goes) assert.deepEqual((await identity).map(hasCredentials), [true, true]);
    else await assert.rejects(identity, /credentials are not sent to another host$/);
  });
}
