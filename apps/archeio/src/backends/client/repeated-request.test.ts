import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serverNameOf } from './repeated-request.ts';

test('TLS sends the name of the URL, and none for an address', () => {
  for (const [url, name] of [
    ['https://reference.example:8443', 'reference.example'],
    ['https://127.0.0.1', ''],
    ['https://[::1]:8443', ''],
  ])
    assert.equal(serverNameOf(new URL(url)), name);
});
