import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../tools/source-files.ts';
import { blocksOf } from './blocks.ts';
import { ALONE, CONTINUED } from './followed.ts';
import { WalkThrough } from './walk-through.ts';

for (const document of ALONE)
  test(`the commands of ${document} work`, async () => {
    await using walk = await WalkThrough.begin();
    const printed = await walk.follow(document);
    assert.ok(printed.length > 0);
  });

test('every command block that can run here does: sh is run, bash needs what this machine lacks', () => {
  const followed = new Set<string>([
    ...ALONE,
    ...CONTINUED,
    'README.md',
    'docs/getting-started.md',
  ]);
  const documents = globSync(['*.md', 'docs/**/*.md'], { cwd: ROOT });
  for (const document of documents)
    assert.doesNotMatch(readFileSync(join(ROOT, document), 'utf8'), /^ +```sh/m, document);
  assert.deepEqual(
    documents.filter(
      (document) =>
        !followed.has(document) &&
        blocksOf(readFileSync(join(ROOT, document), 'utf8')).some(
          ({ language }) => language === 'sh',
        ),
    ),
    [],
  );
});
