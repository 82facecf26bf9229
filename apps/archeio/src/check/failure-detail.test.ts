import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureDetail } from './failure-detail.ts';

const withCode = (code: unknown): Error =>
  Object.assign(new Error('https://s.example/x?X-Amz-Signature=secret'), { code });

test("a failure is told in words and by its code, and never by the runtime's message", () => {
  for (const [error, detail] of [
    [withCode('ECONNREFUSED'), 'connection refused (ECONNREFUSED)'],
    [withCode('ENOTFOUND'), 'the host name does not exist (ENOTFOUND)'],
    [withCode('HPE_INVALID_CONSTANT'), 'the answer is not HTTP (HPE_INVALID_CONSTANT)'],
    [withCode('DEPTH_ZERO_SELF_SIGNED_CERT'), 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    [withCode('toString'), 'the connection failed'],
    [withCode('https://secret'), 'the connection failed'],
    [withCode(20), 'the connection failed'],
    [new Error('secret'), 'the connection failed'],
    ['secret', 'the connection failed'],
  ] as const)
    assert.equal(failureDetail(error), detail);
});
