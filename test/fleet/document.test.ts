import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { plots } from '../../bench/fleet/plots/all-plots.ts';
import { withTables } from '../../bench/fleet/report/document.ts';
import { TABLES } from '../../bench/fleet/report/tables.ts';
import type { Results } from '../../bench/fleet/study/results.ts';
import { ROOT } from '../../tools/source-files.ts';

const FOLDER = join(ROOT, 'docs/scale');
const DOCUMENT = readFileSync(join(ROOT, 'docs/scale.md'), 'utf8');
const RESULTS: Results = JSON.parse(readFileSync(join(FOLDER, 'results.json'), 'utf8'));

/** Without what a formatter adds to tables. */
function plain(markdown: string): string {
  return markdown.replaceAll(/ +\|/g, ' |').replaceAll(/-{3,}/g, '---');
}

test('the tables of docs/scale.md are those of its results', () => {
  assert.equal(plain(withTables(DOCUMENT, RESULTS)), plain(DOCUMENT));
  const parts = [...DOCUMENT.matchAll(/^<!-- generated: (.*) -->$/gm)].map(([, name]) => name);
  assert.deepEqual(parts.toSorted(), Object.keys(TABLES).toSorted());
  assert.throws(
    () => withTables('<!-- generated: nothing -->\n<!-- end -->', RESULTS),
    /cannot write table "nothing"/,
  );
});

test('the plots of docs/scale.md are those of its results, and all of them are shown', () => {
  const drawn = plots(RESULTS);
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.svg'));
  assert.deepEqual(files.toSorted(), [...drawn.keys()].toSorted());
  for (const [name, svg] of drawn) {
    assert.equal(readFileSync(join(FOLDER, name), 'utf8'), svg, name);
    assert.match(DOCUMENT, new RegExp(`!\\[[^\\]]+\\]\\(scale/${name.replace('.', '\\.')}\\)`));
  }
});

test('the results are those of a whole run, in which no memory was too small', () => {
  assert.equal(RESULTS.quick, false);
  assert.ok(RESULTS.sweeps.length > 0);
  for (const { evictions, requests } of RESULTS.variants) {
    assert.equal(evictions, 0);
    assert.ok(requests > 10_000_000);
  }
});
