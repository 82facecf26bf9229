import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutSignature } from './without-signature.ts';

test('a signed URL is shown without what makes it a key', () => {
  assert.equal(
    withoutSignature(
      'https://b.example/k?X-Amz-Date=20260724T000000Z&X-Amz-Security-Token=t%2F&X-Amz-Signature=ab12&x-id=GetObject',
    ),
    'https://b.example/k?X-Amz-Date=20260724T000000Z&X-Amz-Security-Token=REDACTED&X-Amz-Signature=REDACTED&x-id=GetObject',
  );
  assert.equal(
    withoutSignature('https://b.example/k?x-amz-signature=ab#end'),
    'https://b.example/k?x-amz-signature=REDACTED#end',
  );
});

test('any other URL stays as it is', () => {
  const url = 'https://b.example/X-Amz-Signature=1/sha256:ab?n=2';
  assert.equal(withoutSignature(url), url);
});
