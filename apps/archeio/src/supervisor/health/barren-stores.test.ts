import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assembled, digest, SOURCE } from '../../worker/testing/assembled.ts';
import { parseServed } from '../../configuration/testing/parse-served.ts';
import { contentKey, storeIdentity } from '@archeio/content-checks';
import type { PresenceFinding } from '../../ipc/ports.ts';
import { BarrenStores } from './barren-stores.ts';

const { policy } = assembled();
const CONFIGURATION = parseServed(SOURCE);

function barren() {
  const lines: string[] = [];
  const write = (event: string, fields?: Record<string, unknown>) =>
    void lines.push(`${event} ${String(fields?.['store'])}`);
  const stores = new BarrenStores({ info: write, warn: write });
  stores.adopt({ backends: policy.backends, configuration: CONFIGURATION });
  return { stores, lines };
}

function atStore(name: string, number: number, state: 'present' | 'absent'): PresenceFinding {
  const store = policy.stores.find((each) => each.name === name);
  assert.ok(store !== undefined);
  const identity = storeIdentity(store, '{digest}');
  return { at: 'store', identity, key: digest(number), state, size: -1 };
}

function atUpstream(
  number: number,
  kind: 'blob' | 'manifest' = 'blob',
  state: 'present' | 'absent' = 'present',
): PresenceFinding {
  const key = contentKey(kind, 'pause', digest(number));
  return { at: 'upstream', identity: 'https://upstream.example', key, state, size: -1 };
}

test('a store without any blob that the upstream has is reported once', () => {
  const { stores, lines } = barren();
  for (let number = 0; number < 10; number++) {
    stores.found([atStore('cdn', number, 'absent')]);
    stores.found([atUpstream(number), atUpstream(number)]);
  }
  assert.deepEqual(lines, ['store-without-blobs cdn']);
  assert.deepEqual(Object.fromEntries(stores.onlyUpstream()), { paris: 0, cdn: 10 });
  stores.found([atStore('cdn', 1, 'present'), atStore('cdn', 2, 'absent'), atUpstream(2)]);
  assert.deepEqual(lines, ['store-without-blobs cdn', 'store-has-blobs cdn']);
  assert.equal(stores.onlyUpstream().get('cdn'), 0);
  stores.close();
});

test('blobs that the upstream does not have or that were not requested do not count against a store', () => {
  const { stores, lines } = barren();
  for (let number = 0; number < 10; number++) {
    stores.found([atStore('cdn', number, 'absent'), atUpstream(number, 'blob', 'absent')]);
    stores.found([atUpstream(number, 'manifest'), atUpstream(number + 100)]);
  }
  stores.found([atStore('paris', 1, 'present')]);
  for (let number = 2; number < 10; number++) stores.found([atStore('paris', number, 'absent')]);
  assert.deepEqual([lines, [...stores.onlyUpstream().values()]], [[], [0, 0]]);
});

test('the state of a store survives a reload and is bounded', () => {
  const { stores, lines } = barren();
  for (let number = 0; number < 600; number++) stores.found([atStore('cdn', number, 'absent')]);
  stores.adopt({ backends: policy.backends, configuration: CONFIGURATION });
  for (let number = 0; number < 600; number++) stores.found([atUpstream(number)]);
  assert.equal(stores.onlyUpstream().get('cdn'), 256);
  for (let number = 600; number < 700; number++)
    stores.found([atStore('cdn', number, 'absent'), atUpstream(number)]);
  assert.equal(stores.onlyUpstream().get('cdn'), 256);
  assert.deepEqual(lines, ['store-without-blobs cdn']);
  const moved = { ...SOURCE, stores: [{ ...SOURCE.stores![1], key: 'other/{digest}' }] };
  const { policy: other } = assembled(moved);
  stores.adopt({ backends: other.backends, configuration: parseServed(moved) });
  assert.deepEqual([...stores.onlyUpstream()], [['cdn', 0]]);
});
