import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RepositoryLists, type ListedNames } from '@archeio/request-handler';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ManualClock, settlePromises } from '@archeio/presence/testing';
import type { Configuration } from '@archeio/configuration';
import { createLog } from '../../platform/log.ts';
import { ListingError } from './listing-error.ts';
import { RepositoryRefresh } from './repository-refresh.ts';
import { registriesOf } from './testing/registries.ts';

const MINUTE = 60_000;
const TWO_UPSTREAMS = registriesOf({
  repositories: { from: 'catalog' },
  upstreams: [
    { name: 'first', url: 'https://first.test' },
    { name: 'second', url: 'https://second.test' },
  ],
});

type Answer = readonly string[] | Error;

function begin(registries: Configuration['registries'] = TWO_UPSTREAMS, random = 0) {
  const clock = new ManualClock(1000);
  const answers = new Map<string, Answer | Promise<Answer>>();
  const asked: string[] = [];
  const events: string[] = [];
  const changes: [string, ListedNames][] = [];
  const down = new Set<string>();
  const options = {
    registries,
    list: async (method: string, { name }: { name: string }) => {
      asked.push(`${method} ${name}`);
      const answer = await answers.get(name);
      if (answer instanceof Error || answer === undefined) throw answer;
      return new Set(answer);
    },
    usable: (name: string) => !down.has(name),
    clock,
    random: () => random,
    log: createLog(
      'info',
      (line) => events.push(JSON.parse(line).event),
      () => 0,
    ),
    onChange: (registry: string, names: ListedNames) => changes.push([registry, names]),
  };
  const lists = new RepositoryLists(registries);
  const refresh = new RepositoryRefresh({ ...options, lists });
  return { clock, answers, asked, events, changes, down, options, lists, refresh };
}

/** Runs due work for the first time, as the start does. */
async function started(all: ReturnType<typeof begin>): Promise<void> {
  all.refresh.runDue(all.clock.now());
  await settlePromises();
}

test('a new repository appears with the next refresh of the list, without a restart', async () => {
  const all = begin();
  all.answers.set('first', ['a']);
  assert.equal(all.lists.has(0, 'anything'), true);
  await started(all);
  assert.equal(all.lists.has(0, 'new'), false);
  all.answers.set('first', ['a', 'new']);
  await all.clock.advance(10 * MINUTE - 1);
  assert.equal(all.lists.has(0, 'new'), false);
  await all.clock.advance(1);
  assert.equal(all.lists.has(0, 'new'), true);
  assert.deepEqual(all.changes, [
    ['r0', ['a']],
    ['r0', ['a', 'new']],
  ]);
  assert.deepEqual(all.asked, ['catalog first', 'catalog first']);
  assert.deepEqual(all.events, ['repositories-known']);
});

test('a process that was frozen refreshes when a request arrives, without waiting for a timer', async () => {
  const all = begin();
  all.answers.set('first', ['a']);
  await started(all);
  all.answers.set('first', ['a', 'new']);
  all.refresh.runDue(1000 + 10 * MINUTE - 1);
  await settlePromises();
  assert.equal(all.asked.length, 1);
  all.refresh.runDue(1000 + 10 * MINUTE);
  all.refresh.runDue(1000 + 10 * MINUTE);
  await settlePromises();
  assert.equal(all.asked.length, 2);
  assert.equal(all.lists.has(0, 'new'), true);
});

test('a timer that fires early is set again', async () => {
  const all = begin();
  all.answers.set('first', ['a']);
  const { clock } = all;
  let early = 0;
  const hasty = {
    now: () => clock.now(),
    after: (milliseconds: number, callback: () => void) =>
      clock.after(early++ === 1 ? milliseconds - 5 : milliseconds, callback),
  };
  const refresh = new RepositoryRefresh({ ...all.options, lists: all.lists, clock: hasty });
  refresh.runDue(clock.now());
  await clock.advance(10 * MINUTE);
  assert.equal(all.asked.length, 2);
});

test('healthy upstreams are asked first, in order, until one returns the list', async () => {
  const all = begin();
  all.answers.set('first', new ListingError('first: answered 503'));
  all.answers.set('second', ['b']);
  await started(all);
  assert.deepEqual(all.asked, ['catalog first', 'catalog second']);
  assert.equal(all.lists.has(0, 'a'), false);
  all.down.add('first');
  await all.clock.advance(10 * MINUTE);
  assert.deepEqual(all.asked.slice(2), ['catalog second']);
  all.answers.set('second', new Error('second fails'));
  all.answers.set('first', ['b', 'c']);
  await all.clock.advance(10 * MINUTE);
  assert.deepEqual(all.asked.slice(3), ['catalog second', 'catalog first']);
  assert.equal(all.lists.has(0, 'c'), true);
});

test('without a new list, the last one is used for three intervals, then all names are accepted', async () => {
  const all = begin();
  all.answers.set('first', ['a']);
  await started(all);
  all.answers.clear();
  await all.clock.advance(30 * MINUTE - 1);
  assert.equal(all.lists.has(0, 'b'), false);
  assert.ok(all.asked.length > 8, 'it is tried again');
  await all.clock.advance(1);
  assert.equal(all.lists.has(0, 'b'), true);
  assert.deepEqual(all.changes.at(-1), ['r0', null]);
  assert.equal(all.events.filter((event) => event === 'repositories-too-old').length, 1);
  all.answers.set('first', ['a']);
  await all.clock.advance(10 * MINUTE);
  assert.equal(all.lists.has(0, 'b'), false);
});

test('a listing that hangs does not extend the use of the last list', async () => {
  const all = begin();
  all.answers.set('first', ['a']);
  await started(all);
  all.answers.set('first', new Promise<Answer>(() => {}));
  await all.clock.advance(30 * MINUTE);
  assert.equal(all.lists.has(0, 'b'), true);
  assert.equal(all.asked.length, 2);
});

test('an upstream with Retry-After is not asked before that time, others are', async () => {
  const all = begin();
  all.answers.set('first', new ListingError('429', 429, 60 * MINUTE));
  await started(all);
  assert.deepEqual(all.asked, ['catalog first', 'catalog second']);
  await all.clock.advance(60 * MINUTE - 1);
  assert.equal(all.asked.filter((each) => each === 'catalog first').length, 1);
  assert.ok(all.asked.filter((each) => each === 'catalog second').length > 5);
  all.answers.set('first', ['a']);
  await all.clock.advance(10 * MINUTE);
  assert.equal(all.lists.has(0, 'b'), false);
});

test('if all upstreams have a Retry-After, the first of these times is the next attempt', async () => {
  const all = begin();
  all.answers.set('first', new ListingError('429', 429, 7 * MINUTE));
  all.answers.set('second', new ListingError('429', 429, 5 * MINUTE));
  await started(all);
  await all.clock.advance(5 * MINUTE - 1);
  assert.equal(all.asked.length, 2);
  await all.clock.advance(1);
  assert.deepEqual(all.asked.slice(2), ['catalog second']);
});

test('a list that becomes empty or loses more than half of its names is not used until it is confirmed', async () => {
  const all = begin();
  all.answers.set('first', ['a', 'b', 'c', 'd', 'e']);
  await started(all);
  all.answers.set('first', []);
  await all.clock.advance(10 * MINUTE);
  assert.equal(all.lists.has(0, 'x'), true);
  all.answers.set('first', ['a', 'b']);
  await all.clock.advance(10 * MINUTE);
  assert.equal(all.lists.has(0, 'x'), true);
  await all.clock.advance(10 * MINUTE);
  assert.equal(all.lists.has(0, 'c'), false);
  assert.equal(all.events.filter((event) => event === 'repositories-not-believed').length, 2);
});

test('a reload keeps fresh lists and does not request them again', async () => {
  const all = begin();
  all.answers.set('first', ['a']);
  await started(all);
  const lists = new RepositoryLists(TWO_UPSTREAMS, all.lists);
  const next = new RepositoryRefresh({ ...all.options, lists, previous: all.refresh });
  next.runDue(all.clock.now());
  await all.clock.advance(10 * MINUTE - 1);
  assert.equal(all.asked.length, 1);
  await all.clock.advance(1);
  assert.equal(all.asked.length, 2);
  assert.equal(all.clock.timers, 1, 'the old one is stopped');
});

test('a reload during a listing starts it again and ignores the old one', async () => {
  const all = begin();
  const hanging = Promise.withResolvers<Answer>();
  all.answers.set('first', hanging.promise);
  await started(all);
  const lists = new RepositoryLists(TWO_UPSTREAMS, all.lists);
  const next = new RepositoryRefresh({ ...all.options, lists, previous: all.refresh });
  all.answers.set('first', ['new']);
  next.runDue(all.clock.now());
  await settlePromises();
  hanging.resolve(new Error('aborted'));
  await settlePromises();
  assert.equal(lists.has(0, 'old'), false);
  assert.deepEqual(all.asked, ['catalog first', 'catalog first']);
  assert.deepEqual(all.events, ['repositories-known']);
});

test('a stopped refresh, and one without lists, sends no request and sets no timer', async () => {
  const all = begin();
  all.refresh.stop();
  await started(all);
  const none = begin(registriesOf({}, { repositories: { from: 'list', names: ['a'] } }));
  await started(none);
  assert.deepEqual([all.asked, none.asked], [[], []]);
  assert.deepEqual([all.clock.timers, none.clock.timers], [0, 0]);
});

test('each registry has its own list; refreshes are randomly early, never late', async () => {
  const all = begin(
    registriesOf(
      { repositories: { from: 'catalog', refreshEvery: '1m' } },
      { repositories: { from: 'google', refreshEvery: '1h' } },
    ),
    1,
  );
  all.answers.set('u0', ['a']);
  all.answers.set('u1', ['b']);
  await started(all);
  assert.deepEqual(
    [all.lists.has(0, 'a'), all.lists.has(0, 'b'), all.lists.has(1, 'a'), all.lists.has(1, 'b')],
    [true, false, false, true],
  );
  await all.clock.advance(54_000);
  assert.deepEqual(all.asked, ['catalog u0', 'google u1', 'catalog u0']);
});

test('reloads do not keep earlier refreshes and their configurations in memory', async () => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const { lists, options } = begin();
  let latest: RepositoryRefresh | undefined;
  const reload = (): WeakRef<RepositoryRefresh> => {
    latest = new RepositoryRefresh({ ...options, lists, previous: latest });
    return new WeakRef(latest);
  };
  const earlier = [reload(), reload(), reload(), reload(), reload()];
  await new Promise((resolve) => setTimeout(resolve, 1));
  collect();
  const kept = earlier.filter((each) => each.deref() !== undefined);
  assert.deepEqual(
    kept.map((each) => each.deref()),
    [latest],
  );
});
