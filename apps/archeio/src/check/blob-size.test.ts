import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blobSize } from './blob-size.ts';

for (const [status, contentLength, contentRange, size] of [
  [200, '0', undefined, 0],
  [200, '5368709120', undefined, 5_368_709_120],
  [200, '9007199254740991', undefined, 9_007_199_254_740_991],
  [200, '9007199254740992', undefined, -1],
  [200, '99999999999999999999', undefined, -1],
  [200, undefined, undefined, -1],
  [200, '', undefined, -1],
  [200, '-1', undefined, -1],
  [200, '1e3', undefined, -1],
  [200, '7, 7', undefined, -1],
  [200, '7', 'bytes 0-0/9', 7],
  [206, '1', 'bytes 0-0/9', 9],
  [206, '1', 'bytes 0-0/5368709120', 5_368_709_120],
  [206, '1', 'bytes 0-0/*', -1],
  [206, '1', 'bytes */9', -1],
  [206, '1', 'items 0-0/9', -1],
  [206, '1', undefined, -1],
  [404, '20', undefined, -1],
  [416, '20', 'bytes */9', -1],
] as const) {
  test(`${status}, Content-Length ${contentLength}, Content-Range ${contentRange}: ${size} bytes`, () => {
    assert.equal(blobSize(status, { contentLength, contentRange }), size);
  });
}
