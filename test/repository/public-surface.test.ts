import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../tools/source-files.ts';

/** What each package exports: a change of the public surface changes this file, and shows in review. */
const SURFACE = join(ROOT, 'test/repository/public-surface.json');

const PACKAGES = readdirSync(join(ROOT, 'packages'));

test('each package exports what public-surface.json lists, values and entry points', async () => {
  const actual: Record<string, { entryPoints: string[]; values: string[] }> = {};
  for (const name of PACKAGES) {
    const { exports } = JSON.parse(
      readFileSync(join(ROOT, 'packages', name, 'package.json'), 'utf8'),
    );
    actual[`@archeio/${name}`] = {
      entryPoints: Object.keys(exports).toSorted(),
      values: Object.keys(await import(`@archeio/${name}`)).toSorted(),
    };
  }
  assert.deepEqual(actual, JSON.parse(readFileSync(SURFACE, 'utf8')));
});
