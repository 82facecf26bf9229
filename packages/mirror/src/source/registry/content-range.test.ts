import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answeredRange, isEncoded, unsatisfiedLength } from './content-range.ts';

const answer = (status: number, headers: Record<string, string>) => ({
  status,
  headers: new Headers(headers),
});

for (const [status, headers, expected] of [
  [200, { 'content-length': '10' }, { start: 0, total: 10 }],
  [200, {}, { start: 0, total: undefined }],
  [200, { 'content-length': 'ten' }, { start: 0, total: undefined }],
  [200, { 'content-length': '10', 'content-encoding': 'gzip' }, { start: 0, total: undefined }],
  [200, { 'content-length': '10', 'content-encoding': 'Identity' }, { start: 0, total: 10 }],
  [206, { 'content-range': 'bytes 3-9/10', 'content-length': '7' }, { start: 3, total: 10 }],
  [206, { 'content-range': 'bytes 3-5/*' }, { start: 3, total: undefined }],
  [206, { 'content-range': 'bytes 9-3/10' }, undefined],
  [206, { 'content-range': 'items 3-9/10' }, undefined],
  [206, { 'content-type': 'multipart/byteranges; boundary=x' }, undefined],
  [206, { 'content-range': 'bytes 3-9/10', 'content-encoding': 'gzip' }, undefined],
] as const)
  test(`${status} with ${JSON.stringify(headers)}`, () => {
    assert.deepEqual(answeredRange(answer(status, headers)), expected);
  });

test('a body is encoded if any coding changes it', () => {
  for (const [field, expected] of [
    ['', false],
    ['identity', false],
    ['aws-chunked', false],
    ['aws-chunked, GZIP', true],
    ['br', true],
    ['something', true],
  ] as const)
    assert.equal(isEncoded(new Headers({ 'content-encoding': field })), expected, field);
  assert.equal(isEncoded(new Headers()), false);
});

test("an unsatisfiable range states the blob's size", () => {
  for (const [field, expected] of [
    ['bytes */10', 10],
    ['bytes */*', undefined],
    ['bytes 0-9/10', undefined],
    ['', undefined],
  ] as const)
    assert.equal(unsatisfiedLength(new Headers({ 'content-range': field })), expected);
});
