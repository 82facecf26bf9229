import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { fstatSync, openSync } from 'node:fs';
import { test } from 'node:test';
import { StatedError } from '@archeio/plain-errors';
import { hasFilesLeft, isOwnFault, requestFailure } from './own-fault.ts';

const coded = (code: string, cause?: unknown): Error =>
  Object.assign(new Error(code, { cause }), { code });
const enough = (): boolean => true;

test('a lack of resources on this machine does not count against the other end', () => {
  for (const code of ['EMFILE', 'ENFILE', 'ENOMEM', 'ENOBUFS', 'EADDRNOTAVAIL', 'EAI_SYSTEM'])
    assert.ok(isOwnFault(coded(code), enough), code);
  assert.ok(isOwnFault(new TypeError('fetch failed', { cause: coded('EMFILE') }), enough));
  assert.ok(isOwnFault(new AggregateError([coded('EMFILE'), coded('EADDRNOTAVAIL')]), enough));
});

test('the other end’s failures count as its own', () => {
  for (const error of [
    coded('ECONNREFUSED'),
    coded('ECONNRESET'),
    coded('ENOTFOUND'),
    coded('ETIMEDOUT'),
    new TypeError('fetch failed'),
    new AggregateError([coded('EADDRNOTAVAIL'), coded('ECONNREFUSED')]),
    new AggregateError([]),
    'text',
    undefined,
  ])
    assert.ok(!isOwnFault(error, enough), String(error));
  assert.ok(!isOwnFault(coded('ECONNREFUSED')), 'files are left here');
});

test('without a free file, no failure counts as the other end’s', () => {
  assert.ok(isOwnFault(coded('ENOTFOUND'), () => false));
  const script = `
    import { openSync } from 'node:fs';
    import { isOwnFault } from ${JSON.stringify(new URL('own-fault.ts', import.meta.url).href)};
    const before = isOwnFault(new Error('refused'));
    try { for (;;) openSync('/dev/null', 'r'); } catch {}
    const after = isOwnFault(new Error('refused'));
    process.exitCode = before === false && after === true ? 0 : 3;
  `;
  execFileSync(
    '/bin/sh',
    ['-c', 'ulimit -n 64; exec "$@"', 'sh', process.execPath, '--input-type=module', '-e', script],
    {
      timeout: 20_000,
      env: {},
    },
  );
});

test('a message says whether this machine could not send the request, or what the other end did', () => {
  const none = (): boolean => false;
  const fetchFailed = new TypeError('fetch failed', { cause: coded('EMFILE') });
  const own = 'this machine could not send the request: too many files are open';
  assert.equal(requestFailure(fetchFailed, enough), `${own} in this process (EMFILE)`);
  assert.equal(requestFailure(coded('ENOTFOUND'), none), own);
  assert.equal(
    requestFailure(coded('ENOTFOUND'), enough),
    'the host name does not exist (ENOTFOUND)',
  );
  assert.equal(requestFailure(new StatedError('status 503'), none), 'status 503');
});

test('closes the files that it opens to test for free ones', () => {
  const opened: number[] = [];
  const open = (): number => {
    if (opened.length === 2) throw coded('EMFILE');
    return opened[opened.push(openSync(import.meta.filename, 'r')) - 1];
  };
  assert.equal(hasFilesLeft(open), false);
  assert.equal(opened.length, 2);
  for (const file of opened) assert.throws(() => fstatSync(file), { code: 'EBADF' });
  assert.equal(hasFilesLeft(), true);
});
