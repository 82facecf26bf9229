import assert from 'node:assert/strict';
import { test } from 'node:test';
import { needsSignature } from './needs-signature.ts';

test('only an inventory on the host of a private store is read with a signature', () => {
  const presign = { region: 'eu-west-3', expires: 1000 };
  const limits = { maxAge: 1, refreshEvery: 1 };
  const at = (url: string) => ({ ...limits, url });
  const store = 'https://bucket.s3.example/images';
  for (const [inventory, signed] of [
    [at('https://bucket.s3.example/archeio/inventory'), true],
    [at('https://bucket.s3.example:8443/archeio/inventory'), false],
    [at('http://bucket.s3.example/archeio/inventory'), false],
    [at('https://elsewhere.example/archeio/inventory'), false],
    [{ ...limits, file: '/inventory' }, false],
    [undefined, false],
  ] as const) {
    assert.equal(
      needsSignature({ url: store, presign, inventory }),
      signed,
      JSON.stringify(inventory),
    );
    assert.equal(needsSignature({ url: store, inventory }), false, JSON.stringify(inventory));
  }
});
