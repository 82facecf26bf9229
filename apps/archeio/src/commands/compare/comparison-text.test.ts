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
  assert.match(text, /^new +1 +1\.00 KiB +no price +\$1\.00 +\?$/m);
  assert.match(text, /^dollars: .* \(1\.00 KiB old, 0 B new\)$/m);
  const moved = comparisonText(
    compare({ stores: [store('paris', { usdPerGiB: 1024 ** 2 })] }, { stores: [] }),
  );
  assert.match(moved, /^paris -> upstream +1 +1\.00 KiB +0 +\?$/m);
  assert.match(moved, /^AWS eu-west-3 +1 +1 +1\.00 KiB +\$1\.00 +no price +\?$/m);
  assert.match(
    moved,
    /^dollars: \? stands for bytes of backends that have no usdPerGiB \(0 B old, 1\.00 KiB new\)$/m,
  );
  const hosts = { registries: [registry({ hosts: ['registry.example', 'new.example'] })] };
  const onHost = { registries: [registry({ hosts: ['registry.example'] })] };
  assert.match(
    comparisonText(compare(onHost, hosts)),
    /^hosts: .* new\.example, which only --new serves$/m,
  );
  const other = compare({}, {}, { backend: 'upstream', rule: 'R12' });
  assert.match(comparisonText(other), /^recorded: --old sends 1 request \(100\.0 %\) to another/m);
});

test('a move to a backend without a price is no saving', () => {
  const priced = { stores: [store('paris', { usdPerGiB: 1024 ** 2 })] };
  const text = comparisonText(compare(priced, { stores: [] }));
  assert.match(text, /^paris -> upstream .* \?$/m);
  assert.match(text, /^all +\$1\.00 +no price +\?$/m);
  const upstreams = [
    { name: 'upstream', url: 'https://upstream.example', usdPerGiB: 2 * 1024 ** 2 },
  ];
  const both = comparisonText(
    compare(
      { ...priced, registries: [registry({ upstreams })] },
      { registries: [registry({ upstreams })], stores: [] },
    ),
  );
  assert.match(both, /^all +\$1\.00 +\$2\.00 +\+\$1\.00$/m);
});
