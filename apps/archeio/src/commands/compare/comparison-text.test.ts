import assert from 'node:assert/strict';
import { test } from 'node:test';
import { comparisonText } from './comparison-text.ts';
import type { Comparison } from './comparison.ts';
import type { Cause } from './replay.ts';
import { compare, office, outcome, registry, store } from './testing/compared-event.ts';

test('the text names every cause in plain words, and what would move if a store had it', () => {
  const words: readonly (readonly [Cause, Comparison, RegExp])[] = [
    ['presence', compare({}, { stores: [store('new')] }), /1: no event shows whether a store/],
    ['networks', compare({}, office('192.0.2.0/24')), /1: networks differ/],
  ];
  for (const [cause, comparison, pattern] of words) {
    assert.equal(outcome(comparison), cause);
    assert.match(comparisonText(comparison), pattern);
  }
  const text = comparisonText(compare({}, { stores: [store('new', { usdPerGiB: 1024 ** 2 })] }));
  assert.match(text, /^new +1 +1\.00 KiB +\$0\.00 +\$1\.00 +\+\$1\.00$/m);
  const moved = comparisonText(
    compare({ stores: [store('paris', { usdPerGiB: 1024 ** 2 })] }, { stores: [] }),
  );
  assert.match(moved, /^paris -> upstream +1 +1\.00 KiB +0 +-\$1\.00$/m);
  assert.match(moved, /^AWS eu-west-3 +1 +1 +1\.00 KiB +\$1\.00 +\$0\.00 +-\$1\.00$/m);
  assert.match(
    moved,
    /^dollars: without the bytes of backends that have no usdPerGiB \(0 B old, 1\.00 KiB new\)$/m,
  );
  const hosts = { registries: [registry({ hosts: ['registry.example', 'new.example'] })] };
  const onHost = { registries: [registry({ hosts: ['registry.example'] })] };
  assert.match(
    comparisonText(compare(onHost, hosts)),
    /^hosts: .* new\.example, which only --new serves$/m,
  );
  const other = compare({}, {}, { backend: 'upstream', rule: 'R12' });
  assert.match(comparisonText(other), /^recorded: --old sends 1 requests \(100\.0 %\) to another/m);
});
