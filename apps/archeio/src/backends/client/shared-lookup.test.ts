import assert from 'node:assert/strict';
import type { LookupFunction } from 'node:net';
import { test } from 'node:test';
import { sharedLookup } from './shared-lookup.ts';

type Done = Parameters<LookupFunction>[2];

/** A resolver that answers when it is told to. */
function resolver() {
  const asked: [name: string, done: Done][] = [];
  const lookup = sharedLookup((name, _options, done) => void asked.push([name, done]));
  const answers: unknown[] = [];
  const ask = (name: string, options = {}): void =>
    lookup(name, options, (...answer) => answers.push(answer));
  return { asked, answers, ask };
}

// nodejs/node#62503, nodejs/node#8436: look-ups of a name that is not answered keep all threads.
test('a name that many ask for at the same time is looked up once', () => {
  const { asked, answers, ask } = resolver();
  for (let index = 0; index < 64; index++) ask('store.example', { all: true });
  ask('other.example', { all: true });
  ask('store.example', { family: 4 });
  assert.deepEqual(
    asked.map(([name]) => name),
    ['store.example', 'other.example', 'store.example'],
  );
  const found = [{ address: '192.0.2.1', family: 4 }];
  asked[0]?.[1](null, found);
  assert.deepEqual(
    answers,
    Array.from({ length: 64 }, () => [null, found, undefined]),
  );
});

test('what fails, fails for all, and is asked for again by the next', () => {
  const { asked, answers, ask } = resolver();
  ask('store.example');
  ask('store.example');
  const error = Object.assign(new Error('no answer'), { code: 'EAI_AGAIN' });
  asked[0]?.[1](error, '');
  assert.deepEqual(answers, [
    [error, '', undefined],
    [error, '', undefined],
  ]);
  ask('store.example');
  assert.equal(asked.length, 2);
  asked[1]?.[1](null, '192.0.2.1', 4);
  assert.deepEqual(answers.at(-1), [null, '192.0.2.1', 4]);
});
