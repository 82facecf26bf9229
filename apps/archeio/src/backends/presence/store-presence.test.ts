import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock, settlePromises } from '@archeio/presence/testing';
import { parseConfiguration } from '@archeio/configuration';
import { digest, SOURCE } from '../../worker/testing/assembled.ts';
import type { StoreAnswer } from '@archeio/content-checks';
import { type AskedStore, StorePresence } from './store-presence.ts';

const ANSWER = { kind: 'status', status: 200, size: 1 } as const;

/** A store that every answer finds a blob in. */
const storeAt = (origin: string): AskedStore => ({
  method: 'head',
  urlOf: (key) => `${origin}/${key}`,
  answered: (_, answer) => (answer.kind === 'status' ? { state: 'present', size: 1 } : undefined),
});

/** A presence, and the URLs that its client was asked for. */
function underTest(entries = 1000, answer: Promise<StoreAnswer> = Promise.resolve(ANSWER)) {
  const asked: string[] = [];
  const checker = {
    check: (url: string) => {
      asked.push(url);
      return answer;
    },
  };
  const options = { ...parseConfiguration(SOURCE).presence, entries };
  const clock = new ManualClock();
  return { asked, blobs: new StorePresence({ options, checker, clock, seed: [1, 2] }) };
}

test('a store that a reload has taken out is asked no more, and what is known of it is kept', async () => {
  const { asked, blobs } = underTest();
  const [one, other] = blobs.spacesOf(['one', 'other']);
  blobs.use(new Map([[one, storeAt('https://one.example')]]));
  await blobs.presence.ask([one], digest(1));
  blobs.use(new Map([[other, storeAt('https://other.example')]]));
  await blobs.presence.ask([one], digest(2));
  assert.deepEqual(asked, [`https://one.example/${digest(1)}`]);
  assert.equal(blobs.presence.lookup(blobs.spacesOf(['one'])[0], digest(1)), 'present');
  assert.equal(blobs.presence.lookup(one, digest(2)), 'unasked');
});

test('a store whose URL cannot be signed is not asked, and that says nothing of the blob', async () => {
  const { asked, blobs } = underTest();
  const [space] = blobs.spacesOf(['private']);
  const answers: string[] = [];
  const unsigned: AskedStore = {
    method: 'head',
    urlOf: () => Promise.resolve(undefined),
    answered: (_, { kind }) => {
      answers.push(kind);
      return undefined;
    },
  };
  blobs.use(new Map([[space, unsigned]]));
  await blobs.presence.ask([space], digest(1));
  assert.deepEqual([asked, answers], [[], ['nothing']]);
  assert.equal(blobs.presence.lookup(space, digest(1)), 'unasked');
});

test('100,000 reloads, each with another store, end in no error, and no store has another one’s blobs', () => {
  const { blobs } = underTest();
  const asked = storeAt('https://store.example');
  for (let reload = 0; reload < 100_000; reload++) {
    const [stays, changes] = blobs.spacesOf(['stays', `store ${reload}`]);
    assert.equal(stays, 0);
    assert.equal(blobs.presence.lookup(changes, digest(1)), 'unasked');
    blobs.use(new Map([stays, changes].map((space) => [space, asked])));
    blobs.learn('stays', digest(2), { state: 'present', size: 1 });
    blobs.learn(`store ${reload}`, digest(1), { state: 'present', size: 1 });
  }
  assert.equal(blobs.presence.lookup(0, digest(2)), 'present');
});

test('an answer of a store whose space is another’s by now is nothing that was seen there', async () => {
  const answer = Promise.withResolvers<StoreAnswer>();
  const { blobs } = underTest(1000, answer.promise);
  const [old] = blobs.spacesOf(['old']);
  blobs.use(new Map([[old, storeAt('https://old.example')]]));
  blobs.presence.check(old, digest(1));
  blobs.use(new Map());
  // More than there are: the oldest are used again.
  for (let store = 0; store < 100_000; store++) blobs.spacesOf([`store ${store}`]);
  answer.resolve(ANSWER);
  await settlePromises();
  assert.equal(blobs.takeRecent(old), undefined);
  assert.equal(blobs.presence.lookup(old, digest(1)), 'unasked');
});
