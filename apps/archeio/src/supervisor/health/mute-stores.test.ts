import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseServed } from '../../configuration/testing/parse-served.ts';
import { assembled, digest, SOURCE } from '../../worker/testing/assembled.ts';
import { storeIdentity } from '@archeio/content-checks';
import { MuteStores } from './mute-stores.ts';

function mute() {
  const lines: string[] = [];
  const write = (event: string, fields?: Record<string, unknown>) =>
    void lines.push([event, fields?.['store'], fields?.['saw']].filter(Boolean).join(' '));
  const stores = new MuteStores({ info: write, warn: write });
  const adopt = (number: number, source = SOURCE) => {
    const { policy } = assembled(source);
    const configuration = parseServed(source);
    stores.adopt({ number, backends: policy.backends, configuration, ranges: new Uint8Array() });
    return (name: string, saw: string, state?: 'present' | 'absent') => {
      const store = policy.stores.find((each) => each.name === name);
      assert.ok(store !== undefined);
      const { index } = store;
      const observation = saw === 'status 503' ? 'failure' : 'answer';
      stores.observed({
        generation: number,
        backend: index,
        observation,
        subject: digest(1),
        saw,
      });
      const identity = storeIdentity(store, '{digest}');
      if (state !== undefined)
        stores.found([{ at: 'store', identity, key: digest(1), state, size: -1 }]);
    };
  };
  return { stores, lines, adopt };
}

// oxyno-zeta/s3-proxy#474 (405 to HEAD), aristidb/aws#160 (301 of S3), kubernetes/k8s.io#4214 (403).
test('a store whose answers never tell whether it has a blob is reported once, and when they do again', () => {
  const { stores, lines, adopt } = mute();
  let answer = adopt(1);
  for (let count = 0; count < 20; count++) answer('cdn', 'status 405');
  answer = adopt(2);
  for (let count = 0; count < 100; count++) answer('cdn', 'status 301');
  assert.deepEqual(lines, ['store-without-answers cdn status 301']);
  answer('cdn', 'status 404', 'absent');
  for (let count = 0; count < 33; count++) answer('cdn', 'status 403');
  assert.deepEqual(lines.slice(1), ['store-answers cdn', 'store-without-answers cdn status 403']);
  for (let count = 0; count < 31; count++) answer('paris', 'status 405');
  answer('paris', 'status 200', 'present');
  answer('paris', 'status 405');
  assert.deepEqual(
    lines.filter((line) => line.includes('paris')),
    [],
  );
  stores.close();
});

test('a store that tells it now and then, or that fails, is not reported', () => {
  const { stores, lines, adopt } = mute();
  const answer = adopt(1);
  for (let count = 0; count < 100; count++) {
    answer('cdn', 'status 403');
    if (count % 30 === 0) answer('cdn', 'status 200', 'present');
    answer('paris', 'status 503');
  }
  // Of another generation, of an upstream, and of a store that is gone.
  const seen = { observation: 'answer', subject: digest(1), saw: 'status 403' } as const;
  for (let count = 0; count < 100; count++) {
    stores.observed({ generation: 0, backend: 0, ...seen });
    stores.observed({ generation: 1, backend: 99, ...seen });
  }
  stores.found([{ at: 'upstream', identity: 'x', key: 'x', state: 'present', size: -1 }]);
  stores.found([{ at: 'store', identity: 'x', key: 'x', state: 'present', size: -1 }]);
  assert.deepEqual(lines, []);
});
