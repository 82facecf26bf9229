import { UrlSigner } from '../apps/archeio/src/backends/signing/url-signer.ts';
import { SignedUrls } from '../apps/archeio/src/backends/signing/signed-urls.ts';

/** What a signature costs, fresh and remembered, in microseconds: `node bench/presign.ts`, `bun bench/presign.ts`. */
const COUNT = 20_000;
const NOON = Date.UTC(2013, 4, 24);
const CREDENTIALS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' };
const signer = new UrlSigner({ region: 'us-east-1', expires: 300_000 });
const urls = new SignedUrls(300_000);
const url = (index: number): string =>
  `https://bucket.example/containers/images/sha256:${index.toString(16).padStart(64, '0')}`;

const [one, same] = [
  await signer.sign(CREDENTIALS, url(1), 'GET', NOON),
  await signer.sign(CREDENTIALS, url(1), 'GET', NOON),
];
if (one !== same) throw new Error('the same URL at the same time has two signatures');

for (let round = 0; round < 3; round++) {
  const start = performance.now();
  for (let index = 0; index < COUNT; index++)
    await signer.sign(CREDENTIALS, url(index), 'GET', NOON);
  const fresh = ((performance.now() - start) / COUNT) * 1000;
  urls.put(CREDENTIALS, url(1), 'GET', NOON, one);
  const again = performance.now();
  for (let index = 0; index < COUNT; index++)
    if (urls.get(CREDENTIALS, url(1), 'GET', NOON) !== one) throw new Error('it was forgotten');
  const remembered = ((performance.now() - again) / COUNT) * 1000;
  console.log(`fresh ${fresh.toFixed(1)} µs, remembered ${remembered.toFixed(2)} µs`);
}
