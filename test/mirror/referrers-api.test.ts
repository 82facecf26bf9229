import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, test } from 'node:test';
import { FakeRegistry } from './fake-registry.ts';
import { openSource } from './opened-source.ts';

/** Answers to the referrers API, of registries that support it and of others. */

const digestOf = (digit: string): string => `sha256:${digit.repeat(64)}`;
const REFERRER = { mediaType: '', digest: digestOf('f'), size: 1 };
const INDEX = JSON.stringify({ schemaVersion: 2, manifests: [REFERRER] });
const HTML = '<!DOCTYPE html><title>Sign in</title>';

let registry: FakeRegistry;
beforeEach(async () => {
  registry = await FakeRegistry.start();
});
afterEach(() => registry[Symbol.asyncDispose]());

/** Answers the API with these answers in turn; repeats the last. */
function answer(...answers: readonly ((response: ServerResponse) => void)[]): void {
  const rest = [...answers];
  registry.trouble = ({ url = '' }, response) => {
    if (!url.includes('/referrers/')) return false;
    const next = rest.length > 1 ? rest.shift() : rest[0];
    next?.(response);
    return true;
  };
}
const status =
  (code: number, text = '') =>
  (response: ServerResponse): void => {
    response.writeHead(code).end(text);
  };
const asked = (): number => registry.asked.filter((line) => line.includes('/referrers/')).length;

test('a repository without the API is asked once, even by concurrent callers', async () => {
  // google/go-containerregistry#1962, goharbor/harbor#18305
  for (const [name, response] of Object.entries({
    ...Object.fromEntries([400, 404, 405, 406, 501].map((code) => [code, status(code)])),
    'web page': status(200, HTML),
    'web page with 404': status(404, HTML),
    'no content': status(204),
    nothing: status(200),
    list: status(200, '[]'),
    object: status(200, '{}'),
    errors: status(200, '{"errors":[{"code":"UNSUPPORTED"}]}'),
    image: status(200, '{"layers":[]}'),
  })) {
    answer(response);
    registry.asked.length = 0;
    const source = openSource(registry.url);
    const digests = ['a', 'b', 'c', 'd', 'e'].map((digit) => digestOf(digit));
    const all = await Promise.all(digests.map((digest) => source.referrers('app', digest)));
    assert.deepEqual(
      all,
      digests.map(() => ({ found: [] })),
      name,
    );
    assert.equal(asked(), 1, name);
    // Another repository may be another registry's.
    await source.referrers('other', digests[0]);
    assert.equal(asked(), 2, name);
  }
});

test('a repository that refuses the API is asked once, and that is reported once', async () => {
  // sigstore/sigstore-js#1187
  for (const code of [401, 403]) {
    answer(status(code));
    registry.asked.length = 0;
    const source = openSource(registry.url);
    const [first, second] = await Promise.all(
      ['a', 'b'].map((digit) => source.referrers('app', digestOf(digit))),
    );
    assert.deepEqual(second, { found: [] });
    assert.match(
      String(first.refused),
      new RegExp(`^the registry refuses the referrers API for app \\(answered ${code}\\): only`),
    );
    assert.equal(asked(), 1);
  }
});

test('a repository that has answered with an index supports the API: a later refusal is an error', async () => {
  for (const later of [401, 403, 405, 406, 500, 501].map((code) => status(code))) {
    answer(status(200, INDEX), later);
    const source = openSource(registry.url);
    const { found } = await source.referrers('app', digestOf('a'));
    assert.deepEqual(
      found.map(({ digest }) => digest),
      [REFERRER.digest],
    );
    await assert.rejects(source.referrers('app', digestOf('b')), /answered \d/);
  }
  answer(status(200, INDEX), status(200, HTML));
  const source = openSource(registry.url);
  await source.referrers('app', digestOf('a'));
  await assert.rejects(source.referrers('app', digestOf('b')), /expected an index of referrers/);
});

test('404 means no referrers if the API is supported, or if the registry looked for the manifest', async () => {
  answer(status(200, INDEX), status(404));
  const known = openSource(registry.url);
  await known.referrers('app', digestOf('a'));
  assert.deepEqual(await known.referrers('app', digestOf('b')), { found: [] });

  answer(status(404, '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}'), status(200, INDEX));
  const unknown = openSource(registry.url);
  assert.deepEqual(await unknown.referrers('app', digestOf('a')), { found: [] });
  assert.equal((await unknown.referrers('app', digestOf('b'))).found.length, 1);
});

test('a transient failure says nothing about the API, and a lasting one is an error for every manifest', async () => {
  answer(status(503), status(429), status(200, INDEX));
  const passing = openSource(registry.url);
  assert.equal((await passing.referrers('app', digestOf('a'))).found.length, 1);

  for (const code of [429, 500, 503]) {
    answer(status(code));
    const lasting = openSource(registry.url);
    const both = await Promise.allSettled(
      ['a', 'b'].map((digit) => lasting.referrers('app', digestOf(digit))),
    );
    for (const each of both) assert.equal(each.status, 'rejected');
    answer(status(200, INDEX));
    assert.equal((await lasting.referrers('app', digestOf('c'))).found.length, 1);
  }
});

test('an unreadable index is an error, not a registry without the API', async () => {
  answer(status(200, '{"manifests":[{"digest":"nothing"}]}'));
  await assert.rejects(
    openSource(registry.url).referrers('app', digestOf('a')),
    /cannot read digest "nothing"/,
  );
  answer(status(200, '{"schemaVersion":2,"manifests":null}'));
  const { found } = await openSource(registry.url).referrers('app', digestOf('a'));
  assert.deepEqual(found, []);
});
