import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Descriptor } from '@archeio/oci-distribution';
import { ALL_PLATFORMS, isForMachine, somePlatforms } from './platforms.ts';

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

test('an architecture matches any variant unless one is named', () => {
  assert.deepEqual(chosen('linux/arm'), ['v6', 'v7', 'artifact']);
  assert.deepEqual(chosen('linux/arm/v7'), ['v7', 'artifact']);
});

test('an attestation is wanted if its subject is', () => {
  assert.deepEqual(chosen('linux/amd64'), ['amd64', 'about-amd64', 'artifact']);
  assert.deepEqual(ALL_PLATFORMS.choose(INDEX), INDEX);
});

test('records of some platforms have their own name, independent of the order', () => {
  assert.equal(ALL_PLATFORMS.suffix, '');
  assert.equal(somePlatforms(['linux/arm/v7', 'linux/amd64']).suffix, '+linux-amd64+linux-arm-v7');
  assert.equal(
    somePlatforms(['linux/amd64', 'linux/arm/v7', 'linux/amd64']).suffix,
    somePlatforms(['linux/arm/v7', 'linux/amd64']).suffix,
  );
});

test('an invalid platform name is an error', () => {
  for (const name of ['linux', 'linux/', '/amd64', 'linux/arm-v7', 'linux/arm/v7/x', 'linux/*', ''])
    assert.throws(() => somePlatforms([name]), {
      name: 'RangeError',
      message: `cannot read platform ${JSON.stringify(name)}: expected os/architecture or os/architecture/variant`,
    });
});

test('a platform is selected however the index and the configuration spell it', () => {
  // containers/image#898, argocd-image-updater#711
  const chooses = (name: string, os: string, architecture: string, variant?: string): boolean =>
    somePlatforms([name]).choose([image('it', os, architecture, variant)]).length === 1;
  for (const [name, os, architecture, variant] of [
    ['linux/arm64/v8', 'linux', 'arm64', undefined],
    ['linux/arm64', 'linux', 'arm64', 'v8'],
    ['linux/arm/v7', 'linux', 'arm', undefined],
    ['linux/arm/7', 'linux', 'arm', 'v7'],
    ['linux/arm/v6', 'linux', 'armel', undefined],
    ['linux/amd64/v1', 'linux', 'amd64', undefined],
    ['linux/amd64', 'linux', 'x86_64', undefined],
    ['linux/amd64', 'linux', 'amd64', 'v3'],
    ['linux/x86-64', 'Linux', 'AMD64', undefined],
    ['linux/i386', 'linux', '386', undefined],
    ['macos/arm64', 'darwin', 'aarch64', undefined],
  ] as const)
    assert.ok(chooses(name, os, architecture, variant), `${name} of ${architecture} ${variant}`);
  for (const [name, os, architecture, variant] of [
    ['linux/arm64/v8', 'linux', 'arm64', 'v9'],
    ['linux/arm/v6', 'linux', 'arm', undefined],
    ['linux/arm/v7', 'linux', 'arm', 'v6'],
    ['linux/amd64/v2', 'linux', 'amd64', undefined],
    ['linux/amd64', 'windows', 'amd64', undefined],
    ['linux/arm', 'linux', 'arm64', undefined],
  ] as const)
    assert.ok(!chooses(name, os, architecture, variant), `${name} of ${architecture} ${variant}`);
});

test('all versions and features of an operating system are selected', () => {
  const versions = ['10.0.17763.1', '10.0.20348.1'].map((version) => ({
    ...image(version, 'windows', 'amd64'),
    platform: { os: 'windows', architecture: 'amd64', 'os.version': version, 'os.features': ['x'] },
  }));
  assert.deepEqual(somePlatforms(['windows/amd64']).choose(versions), versions);
});

test('entries without a platform are selected, unless they are about an unselected image', () => {
  const unknown = image('unknown', 'unknown', 'unknown');
  assert.deepEqual(somePlatforms(['linux/amd64']).choose([unknown]), [unknown]);
  assert.deepEqual(somePlatforms(['linux/amd64']).choose([attestation]), []);
  assert.deepEqual(
    INDEX.map((each) => isForMachine(each)),
    [true, true, true, false, false],
  );
});

test('records of platforms use the normalized spelling', () => {
  const suffix = (...names: string[]): string => somePlatforms(names).suffix;
  assert.equal(suffix('linux/arm64/v8'), '+linux-arm64-v8');
  assert.equal(suffix('Linux/aarch64/8', 'linux/arm64/v8'), '+linux-arm64-v8');
  assert.equal(suffix('linux/arm64'), '+linux-arm64');
  assert.equal(suffix('linux/armhf', 'linux/x86_64'), '+linux-amd64+linux-arm-v7');
  assert.equal(suffix('linux/i386'), '+linux-386');
});
