import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../parts/command.ts';
import { ROOT } from '../../tools/source-files.ts';

const FILE = 'apps/archeio/examples/list-prices.yaml';

test('config check accepts the published prices', async () => {
  const launcher = join(ROOT, 'apps/archeio/bin/archeio');
  assert.deepEqual(await run(launcher, ['config', 'check', '--strict', join(ROOT, FILE)]), {
    code: 0,
    stdout: `${join(ROOT, FILE)}: good: 1 registry, 1 upstream, 5 stores\n`,
    stderr: '',
  });
});

test('every price has the address of its page, and the file says when they were read', () => {
  const text = readFileSync(join(ROOT, FILE), 'utf8');
  assert.match(text, /^# Read on \d{4}-\d\d-\d\d, /m);
  assert.match(text, /^# CHECK YOUR OWN CONTRACT\./m);
  const entries = text.split(/(?=^ *# Page: )/m).slice(1);
  assert.equal(entries.length, 6);
  for (const entry of entries) {
    assert.match(entry, /^ *# Page: https:\/\/\S+/);
    const prices = [...entry.matchAll(/usdPerGiB: (.+)/g)];
    assert.equal(prices.length, 1, entry);
    // The comment states every number of the price; nothing is stated for what costs nothing.
    const comment = entry.replaceAll(/^ *[^# ].*$/gm, '');
    for (const [number] of prices[0][1].matchAll(/[\d.]+/g))
      assert.ok(number === '0' ? /[Ff]ree/.test(comment) : comment.includes(`$${number}`), entry);
  }
});
