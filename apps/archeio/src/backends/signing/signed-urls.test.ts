import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SignedUrls } from './signed-urls.ts';

const CREDENTIALS = { accessKeyId: 'A', secretAccessKey: 'S' };
/** What is left at least of the shortest life that a configuration may have, 30 s; milliseconds. */
const LEAST_USEFUL = 20_000;
const URL_OF_BLOB = 'https://b.example/k';

test('a URL is handed out again for a quarter of its life, by the same method and credentials alone', () => {
  const urls = new SignedUrls(40_000);
  const get = (now: number, method: 'GET' | 'HEAD' = 'GET', credentials = CREDENTIALS) =>
    urls.get(credentials, URL_OF_BLOB, method, now);
  assert.equal(get(0), undefined);
  urls.put(CREDENTIALS, URL_OF_BLOB, 'GET', 0, 'signed');
  assert.equal(get(0), 'signed');
  assert.equal(get(9999), 'signed');
  assert.equal(get(10_000), undefined);
  assert.equal(get(0, 'HEAD'), undefined);
  assert.equal(get(0, 'GET', { ...CREDENTIALS }), undefined);
});

// aws/aws-sdk-php#1333: a URL that is signed within a second holds from the beginning of that second
test('whenever a URL is handed out, three quarters of its life are left, a second off at most', () => {
  for (const expires of [30_000, 30_500, 45_000, 300_000, 900_000]) {
    for (const signedAt of [0, 1, 500, 999, 123_456_789]) {
      const urls = new SignedUrls(expires);
      urls.put(CREDENTIALS, URL_OF_BLOB, 'GET', signedAt, 'signed');
      const end = Math.floor(signedAt / 1000) * 1000 + Math.floor(expires / 1000) * 1000;
      assert.ok(end - signedAt >= LEAST_USEFUL, 'as it is signed');
      for (let now = signedAt; now < end; now += 250) {
        if (urls.get(CREDENTIALS, URL_OF_BLOB, 'GET', now) === undefined) continue;
        assert.ok(end - now >= (Math.floor(expires / 1000) * 1000 * 3) / 4, `${expires} ${now}`);
        assert.ok(end - now >= LEAST_USEFUL, `${end - now} ms are left`);
      }
    }
  }
});

test('what was signed with other credentials is forgotten', () => {
  const urls = new SignedUrls(40_000);
  urls.put(CREDENTIALS, URL_OF_BLOB, 'GET', 0, 'first');
  const next = { ...CREDENTIALS };
  urls.put(next, `${URL_OF_BLOB}2`, 'GET', 0, 'second');
  assert.equal(urls.get(next, URL_OF_BLOB, 'GET', 0), undefined);
  assert.equal(urls.get(CREDENTIALS, URL_OF_BLOB, 'GET', 0), undefined);
  assert.equal(urls.get(next, `${URL_OF_BLOB}2`, 'GET', 0), 'second');
});

test('it holds the last thousand at least, and two thousand and a few at most', () => {
  const urls = new SignedUrls(40_000);
  const count = 10_000;
  for (let index = 0; index < count; index++)
    urls.put(CREDENTIALS, `${URL_OF_BLOB}${index}`, 'GET', 0, `signed ${index}`);
  const held = (index: number) => urls.get(CREDENTIALS, `${URL_OF_BLOB}${index}`, 'GET', 0);
  for (let index = count - 1024; index < count; index++)
    assert.equal(held(index), `signed ${index}`);
  const all = Array.from({ length: count }, (_, index) => held(index));
  assert.ok(all.filter((each) => each !== undefined).length <= 2048);
});
