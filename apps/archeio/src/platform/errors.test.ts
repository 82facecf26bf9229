import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigurationError, EnvironmentError } from '@archeio/configuration';
import { StatedError } from '@archeio/plain-errors';
import { ArcheioError, archeioErrorOf } from './errors.ts';

test('an error has the exit code of its code, and of the signal that it names', () => {
  assert.equal(new ArcheioError('usage', 'wrong').exitCode, 2);
  assert.equal(new ArcheioError('failed', 'away').exitCode, 1);
  assert.equal(new ArcheioError('interrupted', 'by a signal', { signal: 'SIGTERM' }).exitCode, 143);
});

test('the errors of packages have a code and keep their message', () => {
  const problem = { file: 'a.yaml', line: 1, column: 2, key: 'listen', message: 'unknown key' };
  const system = Object.assign(new Error('ENOENT: open'), {
    code: 'ENOENT',
    syscall: 'open',
    path: '/a',
  });
  for (const [cause, code, exitCode, message] of [
    [
      new ConfigurationError([{ ...problem, severity: 'error' }]),
      'configuration-invalid',
      1,
      'a.yaml:1:2: listen: unknown key',
    ],
    [new EnvironmentError('PORT', 'not a port'), 'environment-invalid', 2, 'PORT: not a port'],
    [new StatedError('no destination'), 'failed', 1, 'no destination'],
    [system, 'failed', 1, 'cannot open "/a": there is no such file or directory (ENOENT)'],
    [new TypeError('x is undefined'), 'internal', 1, 'internal error, please report it'],
    ['text', 'internal', 1, 'internal error, please report it'],
  ] as const) {
    const error = archeioErrorOf(cause);
    assert.deepEqual([error.code, error.exitCode, error.message], [code, exitCode, message]);
    assert.equal(error.cause, cause);
    assert.equal(archeioErrorOf(error), error);
  }
  const { details } = archeioErrorOf(new ConfigurationError([{ ...problem, severity: 'error' }]));
  assert.deepEqual(details.json, { problems: [{ ...problem, severity: 'error' }] });
});
