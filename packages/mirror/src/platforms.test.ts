import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Descriptor } from '@archeio/oci-distribution';
import { ALL_PLATFORMS, somePlatforms } from './platforms.ts';

const image = (digest: string, os: string, architecture: string, variant?: string): Descriptor => ({
  mediaType: '',
  digest,
  size: 1,
  platform: { os, architecture, ...(variant !== undefined && { variant }) },
});
const attestation: Descriptor = {
  ...image('about-amd64', 'unknown', 'unknown'),
  annotations: { 'vnd.docker.reference.digest': 'amd64' },
};
const INDEX: readonly Descriptor[] = [
  image('amd64', 'linux', 'amd64'),
  image('v6', 'linux', 'arm', 'v6'),
  image('v7', 'linux', 'arm', 'v7'),
  attestation,
  { mediaType: '', digest: 'artifact', size: 1 },
];
const chosen = (...names: string[]): string[] =>
  somePlatforms(names)
    .choose(INDEX)
    .map(({ digest }) => digest);

test('an architecture is of any variant, unless one is named', () => {
  assert.deepEqual(chosen('linux/arm'), ['v6', 'v7', 'artifact']);
  assert.deepEqual(chosen('linux/arm/v7'), ['v7', 'artifact']);
});

test('what an attestation is about decides whether it is wanted', () => {
  assert.deepEqual(chosen('linux/amd64'), ['amd64', 'about-amd64', 'artifact']);
  assert.deepEqual(ALL_PLATFORMS.choose(INDEX), INDEX);
});

test('records of some platforms have a name of their own, whatever the order', () => {
  assert.equal(ALL_PLATFORMS.suffix, '');
  assert.equal(somePlatforms(['linux/arm/v7', 'linux/amd64']).suffix, '+linux-amd64+linux-arm-v7');
  assert.equal(
    somePlatforms(['linux/amd64', 'linux/arm/v7', 'linux/amd64']).suffix,
    somePlatforms(['linux/arm/v7', 'linux/amd64']).suffix,
  );
});

test('what is no platform says so', () => {
  for (const name of ['linux', 'Linux/amd64', 'linux/', 'linux/arm/v7/x', ''])
    assert.throws(() => somePlatforms([name]), {
      name: 'RangeError',
      message: `cannot read platform ${JSON.stringify(name)}: expected os/architecture or os/architecture/variant`,
    });
});
