import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UrlSigner } from './url-signer.ts';

const EXAMPLE = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const NOON = Date.UTC(2013, 4, 24);

test("the example of S3's own documentation (Authenticating Requests: Using Query Parameters)", async () => {
  const signer = new UrlSigner({ region: 'us-east-1', expires: 86_400_000 });
  const url = 'https://examplebucket.s3.amazonaws.com/test.txt';
  assert.equal(
    await signer.sign(EXAMPLE, url, 'GET', NOON),
    `${url}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404`,
  );
});

test('a port is a part of the host that is signed for; the colon of a digest is escaped in both', async () => {
  const signer = new UrlSigner({ region: 'us-east-1', expires: 1500 });
  const signed = await signer.sign(EXAMPLE, 'http://127.0.0.1:7480/b/sha256:ab', 'HEAD', NOON);
  assert.match(signed, /^http:\/\/127\.0\.0\.1:7480\/b\/sha256%3Aab\?.*&X-Amz-Expires=1&/);
});
