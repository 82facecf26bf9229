import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signedPayload } from './signed-manifest.ts';

const PAYLOAD = '{\n   "schemaVersion": 1,\n   "name": "ünder"\n}';
const encode = (text: string): string => Buffer.from(text).toString('base64url');
const LENGTH = Buffer.byteLength(PAYLOAD) - 2;
const FORMAT = { formatLength: LENGTH, formatTail: encode('\n}'), time: '2015-11-11T00:00:00Z' };

/** A manifest, signed like distribution does. */
const signed = (signatures: unknown, payload = PAYLOAD): Buffer =>
  Buffer.from(`${payload.slice(0, -2)},\n   "signatures": ${JSON.stringify(signatures)}\n}`);
const header = (format: unknown): object => ({ protected: encode(JSON.stringify(format)) });

test('the signed content of a manifest is its beginning and its end', () => {
  const payload = signedPayload(signed([header(FORMAT), header({})]));
  assert.equal(Buffer.from(payload ?? []).toString(), PAYLOAD);
});

test('an unsigned manifest, or one that is not schema 1, has no signed content', () => {
  for (const signatures of [
    null,
    {},
    [],
    [null],
    [{}],
    [{ protected: 1 }],
    [{ protected: '*' }],
    [{ protected: encode('[') }],
    [header(null)],
    [header({ ...FORMAT, formatLength: -1 })],
    [header({ ...FORMAT, formatLength: 1e9 })],
    [header({ ...FORMAT, formatLength: '1' })],
    [header({ ...FORMAT, formatTail: 1 })],
    [header({ ...FORMAT, formatTail: '*' })],
  ])
    assert.equal(signedPayload(signed(signatures)), undefined, JSON.stringify(signatures));
  const other = PAYLOAD.replace('1', '2');
  for (const manifest of [signed([header(FORMAT)], other), Buffer.from(PAYLOAD), Buffer.from('x')])
    assert.equal(signedPayload(manifest), undefined);
});
