import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'node:test';
import { ManualClock } from '@archeio/presence/testing';
import { type Credentials, StandingCredentials } from './standing-credentials.ts';

const KEY: Credentials = { accessKeyId: 'A', secretAccessKey: 'S' };

/** Credentials from a source that gives what the test says, on a clock of the test's. */
function scene() {
  const clock = new ManualClock();
  const said: (string | undefined)[] = [];
  const source = { asked: 0, answer: (): Promise<Credentials> => Promise.resolve(KEY) };
  const credentials = new StandingCredentials({
    source: () => {
      source.asked++;
      return source.answer();
    },
    clock,
    timeOfDay: () => clock.now(),
    onChange: (trouble) => said.push(trouble),
  });
  const advance = async (milliseconds: number) => {
    await clock.advance(milliseconds);
    await turn();
  };
  return { clock, said, source, credentials, advance };
}

const refuse = () => Promise.reject(new Error('Could not load credentials\nfrom any providers'));

test('what is found at the start is there before it is needed', async () => {
  const { credentials, said, source } = scene();
  await credentials.start();
  assert.equal(credentials.current(), KEY);
  assert.equal(credentials.trouble(), undefined);
  assert.deepEqual(said, [undefined]);
  assert.equal(source.asked, 1);
});

test('none at the start is said once, with the reason on one line, and looked for again', async () => {
  const { credentials, said, source, advance } = scene();
  source.answer = refuse;
  await credentials.start();
  assert.equal(credentials.current(), undefined);
  assert.equal(credentials.trouble(), 'no credentials were found');
  await advance(5000);
  assert.equal(source.asked, 2);
  assert.deepEqual(said, ['no credentials were found']);
  source.answer = () => Promise.resolve(KEY);
  await advance(5000);
  assert.equal(credentials.current(), KEY);
  assert.deepEqual(said, ['no credentials were found', undefined]);
});

test('a source that says nothing holds up the start for ten seconds', async () => {
  const { credentials, source, clock } = scene();
  source.answer = () => new Promise(() => {});
  const started = credentials.start();
  await clock.advance(10_000);
  await started;
  assert.equal(credentials.trouble(), 'the credential source did not answer within 10 s');
});

test('what a source gives later than it was waited for is used all the same, and said', async () => {
  const { credentials, said, source, advance } = scene();
  const late = Promise.withResolvers<Credentials>();
  source.answer = () => late.promise;
  const started = credentials.start();
  await advance(10_000);
  await started;
  assert.equal(credentials.current(), undefined);
  late.resolve(KEY);
  await advance(0);
  assert.equal(credentials.current(), KEY);
  assert.deepEqual(said, ['the credential source did not answer within 10 s', undefined]);
});

test('a source that fails later than it was waited for is asked again, and nothing is thrown', async () => {
  const { credentials, source, advance } = scene();
  const late = Promise.withResolvers<Credentials>();
  source.answer = () => late.promise;
  const started = credentials.start();
  await advance(10_000);
  await started;
  late.reject(new Error('too late'));
  source.answer = () => Promise.resolve(KEY);
  await advance(5000);
  assert.equal(credentials.current(), KEY);
});

test('they are renewed behind the requests, and signed with until a minute before their end', async () => {
  const { credentials, said, source, advance, clock } = scene();
  const first = { ...KEY, sessionToken: '1', expiration: new Date(600_000) };
  const second = { ...KEY, sessionToken: '2', expiration: new Date(1_200_000) };
  source.answer = () => Promise.resolve(first);
  await credentials.start();
  source.answer = refuse;
  await advance(60_000);
  assert.equal(source.asked, 2);
  assert.equal(credentials.current(), first, 'a failure costs nothing while they hold');
  source.answer = () => Promise.resolve(second);
  await advance(5000);
  assert.equal(credentials.current(), second);
  source.answer = refuse;
  for (let now = clock.now(); now < 1_200_000 - 59_999; now += 5000) await advance(5000);
  assert.equal(credentials.current(), undefined);
  assert.equal(credentials.trouble(), 'the credentials have expired: no credentials were found');
  assert.deepEqual(said, [undefined, 'the credentials have expired: no credentials were found']);
});

test('a source that keeps giving what has expired is no failure of the source, and no credentials', async () => {
  const { credentials, source } = scene();
  source.answer = () => Promise.resolve({ ...KEY, expiration: new Date(1000) });
  await credentials.start();
  assert.equal(credentials.current(), undefined);
  assert.equal(credentials.trouble(), 'the credentials have expired');
});

test('the same credentials again are the same object: what was signed with them stays good', async () => {
  const { credentials, source, advance } = scene();
  const expiration = new Date(1e9);
  source.answer = () => Promise.resolve({ ...KEY, expiration: new Date(expiration) });
  await credentials.start();
  const first = credentials.current();
  await advance(60_000);
  assert.equal(source.asked, 2);
  assert.equal(credentials.current(), first);
  source.answer = () => Promise.resolve({ ...KEY, secretAccessKey: 'rotated', expiration });
  await advance(60_000);
  assert.equal(credentials.current()?.secretAccessKey, 'rotated');
});

test('a process that was frozen asks on arrival of a request: its timers did not run', async () => {
  let now = 0;
  let asked = 0;
  const credentials = new StandingCredentials({
    source: () => Promise.resolve({ ...KEY, accessKeyId: `A${++asked}` }),
    clock: { now: () => now, after: () => () => {} },
    timeOfDay: () => now,
    onChange: () => {},
  });
  await credentials.start();
  now = 60_000;
  assert.equal(credentials.current()?.accessKeyId, 'A1');
  await turn();
  assert.equal(credentials.current()?.accessKeyId, 'A2');
});

test('reading why there are no credentials starts no refresh, however long it is overdue', async () => {
  let now = 0;
  let asked = 0;
  const credentials = new StandingCredentials({
    source: () => {
      asked++;
      return Promise.resolve({ ...KEY, expiration: new Date(120_000) });
    },
    clock: { now: () => now, after: () => () => {} },
    timeOfDay: () => now,
    onChange: () => {},
  });
  await credentials.start();
  now = 120_000;
  assert.equal(credentials.trouble(), 'the credentials have expired');
  await turn();
  assert.equal(asked, 1);
});

test('once it is closed nobody is asked again', async () => {
  const { credentials, source, advance } = scene();
  await credentials.start();
  credentials.close();
  await advance(600_000);
  assert.equal(source.asked, 1);
});
