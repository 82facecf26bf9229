import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainMediaType } from './media-type.ts';

test('parameters, case and white space do not distinguish media types', () => {
  const plain = 'application/vnd.oci.image.manifest.v1+json';
  for (const text of [
    plain,
    `${plain}; charset=utf-8`,
    `${plain};charset="a;b"`,
    ` ${plain} ; q=1`,
    `${plain}\t`,
    plain.toUpperCase(),
  ])
    assert.equal(plainMediaType(text), plain, text);
  assert.equal(plainMediaType(''), '');
  assert.equal(plainMediaType(';'), '');
});
