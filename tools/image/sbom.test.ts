import assert from 'node:assert/strict';
import { test } from 'node:test';
import { platformOf } from '../executable/platform.ts';
import { sbomOf } from './sbom.ts';

const CONTENTS = {
  version: '1.2.3',
  revision: 'abc',
  platform: platformOf('linux/arm64'),
  packages: ['apps/archeio', 'apps/console', 'node_modules/zod', 'packages/netip'],
  debian: [{ name: 'libc6', version: '2.36-9+deb12u14', architecture: 'arm64', files: '/nowhere' }],
};

test('the same contents give the same text, and others another serial number', () => {
  assert.equal(sbomOf(CONTENTS), sbomOf(CONTENTS));
  const serials = [CONTENTS, { ...CONTENTS, revision: 'def' }, { ...CONTENTS, debian: [] }].map(
    (contents) => JSON.parse(sbomOf(contents)).serialNumber,
  );
  assert.equal(new Set(serials).size, serials.length);
  for (const serial of serials)
    assert.match(
      serial,
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
});

test('packages of npm, Debian and the runtime have package URLs', () => {
  const { components, dependencies } = JSON.parse(sbomOf(CONTENTS));
  const urls = components.map(({ purl }: { purl?: string }) => purl).filter(Boolean);
  assert.equal(urls.length, 3);
  assert.match(urls[0], /^pkg:npm\/zod@\d/);
  assert.match(urls[1], /^pkg:npm\/%40oven\/bun-linux-aarch64@\d/);
  assert.equal(urls[2], 'pkg:deb/debian/libc6@2.36-9%2Bdeb12u14?arch=arm64');
  assert.equal(dependencies[0].dependsOn.length, components.length);
});

test('a package without a version in package-lock.json is refused', () => {
  assert.throws(() => sbomOf({ ...CONTENTS, packages: ['node_modules/not-installed'] }), {
    message:
      'node_modules/not-installed is in the executable, but package-lock.json does not name its version',
  });
});
