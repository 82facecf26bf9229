import assert from 'node:assert/strict';
import { test } from 'node:test';
import { s3Error } from './s3-error.ts';

function said(name: string, message: string, status = 0): string {
  const error = Object.assign(new Error(message), {
    name,
    $metadata: { httpStatusCode: status },
  });
  return s3Error('bucket', 'use bucket "b"', error).message;
}

test('the message has the S3 code, its meaning, and nothing uninformative', () => {
  const begin = 'destination "bucket": cannot use bucket "b": ';
  assert.equal(
    said('NoSuchBucket', 'UnknownError', 404),
    `${begin}NoSuchBucket: the bucket does not exist`,
  );
  assert.equal(
    said('AccessDenied', 'User: x is not authorized\nmore', 403),
    `${begin}AccessDenied: the credentials do not permit it: User: x is not authorized`,
  );
  assert.equal(said('SlowDown', 'Reduce your rate.', 503), `${begin}SlowDown: Reduce your rate.`);
  assert.equal(said('TimeoutError', 'TimeoutError'), `${begin}no answer in time`);
  assert.equal(said('Unknown', 'UnknownError', 403), `${begin}answered 403`);
});
