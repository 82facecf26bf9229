import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLOUDS, providersAt } from './providers.ts';

function urlsOf(sources: Record<string, string>): Record<string, readonly string[]> {
  return Object.fromEntries(providersAt(sources).map(({ cloud, urls }) => [cloud, urls]));
}

test('every provider has a default URL, over https', () => {
  const urls = urlsOf({});
  assert.deepEqual(Object.keys(urls), CLOUDS);
  for (const url of Object.values(urls).flat()) assert.equal(new URL(url).protocol, 'https:');
});

test('the configuration can replace a URL; Cloudflare’s two files are below it', () => {
  const urls = urlsOf({ AWS: 'http://mirror/aws.json', Cloudflare: 'http://mirror/cloudflare' });
  assert.deepEqual(urls['AWS'], ['http://mirror/aws.json']);
  assert.deepEqual(urls['Cloudflare'], [
    'http://mirror/cloudflare/ips-v4',
    'http://mirror/cloudflare/ips-v6',
  ]);
  assert.deepEqual(urls['GCP'], urlsOf({})['GCP']);
});

test('a URL for an unknown cloud is refused', () => {
  assert.throws(() => providersAt({ Mars: 'http://mirror' }), {
    name: 'RangeError',
    message:
      'cannot use the address of cloud "Mars": expected one of AWS, GCP, Azure, Oracle, DigitalOcean, Linode, Cloudflare, Fastly',
  });
});
