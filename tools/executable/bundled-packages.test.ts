import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../source-files.ts';
import { bundledPackages } from './bundled-packages.ts';
import { platformOf } from './platform.ts';

const FOLDER = join(ROOT, 'apps/archeio/src');

test('the packages of a build: bundled files by their package, nested ones by their path, and the console', () => {
  const used = { bytesInOutput: 1 };
  const packages = bundledPackages(
    {
      outputs: {
        main: {
          inputs: {
            'main.ts': used,
            '../../../node_modules/zod/index.js': used,
            '../../../node_modules/zod/v4/core.js': used,
            '../../../node_modules/@scope/name/index.js': used,
            '../../../node_modules/outer/node_modules/inner/index.js': used,
            '../../../packages/netip/src/index.ts': used,
            '../../../node_modules/dropped/index.js': { bytesInOutput: 0 },
          },
        },
        'ranges.bin': {},
      },
    },
    FOLDER,
  );
  assert.deepEqual(packages, [
    'apps/archeio',
    'apps/console',
    'node_modules/@scope/name',
    'node_modules/htm',
    'node_modules/outer/node_modules/inner',
    'node_modules/preact',
    'node_modules/uplot',
    'node_modules/zod',
    'packages/netip',
  ]);
});

test('a platform that Archeio is not built for is refused by name', () => {
  assert.equal(platformOf('linux/arm64').target, 'bun-linux-arm64');
  assert.throws(() => platformOf('windows/amd64'), {
    message: 'cannot build for platform "windows/amd64": expected linux/amd64 or linux/arm64',
  });
});
